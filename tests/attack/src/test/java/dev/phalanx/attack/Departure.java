package dev.phalanx.attack;

import dev.phalanx.testkit.Frame;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;

/** How far a peer comes before it is gone. */
enum Departure {
  /** It has said a part of its first flight: over TLS, of its ClientHello. */
  IN_THE_FIRST_FLIGHT {
    @Override
    RawPeer come(Endpoint server, String path, Random random) throws IOException {
      return server.connectWithoutTls().says(part(server.firstFlight(path), random));
    }
  },

  /** It has said its first flight, and hears no answer. */
  AFTER_THE_FIRST_FLIGHT {
    @Override
    RawPeer come(Endpoint server, String path, Random random) throws IOException {
      return server.connectWithoutTls().says(server.firstFlight(path));
    }
  },

  /** It has said a part of the WebSocket's handshake. */
  IN_THE_HANDSHAKE {
    @Override
    RawPeer come(Endpoint server, String path, Random random) throws IOException {
      return server.connect().says(part(RawPeer.handshake(path), random));
    }
  },

  /** It has asked for a WebSocket, and hears no answer. */
  BEFORE_THE_ANSWER {
    @Override
    RawPeer come(Endpoint server, String path, Random random) throws IOException {
      return server.connect().says(RawPeer.handshake(path));
    }
  },

  /** It has a WebSocket. */
  AFTER_THE_HANDSHAKE {
    @Override
    RawPeer come(Endpoint server, String path, Random random) throws IOException {
      return server.connect().opens(path);
    }
  },

  /** It has said some messages, and hears no answer. */
  AFTER_MESSAGES {
    @Override
    RawPeer come(Endpoint server, String path, Random random) throws IOException {
      RawPeer peer = server.connect().opens(path);
      for (int i = random.nextInt(1, 5); i > 0; i--) {
        peer.says("here for a moment");
      }
      return peer;
    }
  },

  /** It has said a part of a frame. */
  IN_A_FRAME {
    @Override
    RawPeer come(Endpoint server, String path, Random random) throws IOException {
      byte[] frame = Frame.text("x".repeat(random.nextInt(1, 2_000))).masked();
      return server.connect().opens(path).says(part(frame, random));
    }
  },

  /** It has said a part of a Close. */
  IN_ITS_CLOSE {
    @Override
    RawPeer come(Endpoint server, String path, Random random) throws IOException {
      byte[] close = Frame.close(1000, "").masked();
      return server.connect().opens(path).says(part(close, random));
    }
  },

  /** It has said Close, and hears no answer. */
  AFTER_ITS_CLOSE {
    @Override
    RawPeer come(Endpoint server, String path, Random random) throws IOException {
      return server.connect().opens(path).says(Frame.close(1000, ""));
    }
  },

  /** It has said Close, and hears all that still arrives. */
  AFTER_BOTH_CLOSES {
    @Override
    RawPeer come(Endpoint server, String path, Random random) throws IOException {
      RawPeer peer = server.connect().opens(path).says(Frame.close(1000, ""));
      peer.hearsUntilTheEnd();
      return peer;
    }
  };

  /** Connects and comes as far as that. */
  abstract RawPeer come(Endpoint server, String path, Random random) throws IOException;

  private static byte[] part(byte[] bytes, Random random) {
    return Arrays.copyOf(bytes, random.nextInt(1, bytes.length));
  }
}
