package dev.phalanx.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Where the attacked server listens.
 *
 * @param tls trusts the server's certificate; null where the server speaks plain HTTP
 */
record Endpoint(int port, @Nullable SSLContext tls) {
  /** A peer that waits longer for an answer says that there is none. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Connects; over TLS, with the handshake of TLS. */
  RawPeer connect() throws IOException {
    return connect(PATIENCE);
  }

  /** Connects with another time to wait for answers. */
  RawPeer connect(Duration patience) throws IOException {
    Socket tcp = tcp(patience);
    if (tls == null) {
      return new RawPeer(tcp, tcp);
    }
    try {
      SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(tcp, "localhost", port, false);
      socket.startHandshake();
      return new RawPeer(tcp, socket);
    } catch (IOException e) {
      tcp.close();
      throw e;
    }
  }

  /** Connects, and leaves the handshake of TLS to the caller. */
  RawPeer connectWithoutTls() throws IOException {
    Socket tcp = tcp(PATIENCE);
    return new RawPeer(tcp, tcp);
  }

  private Socket tcp(Duration patience) throws IOException {
    Socket tcp = new Socket();
    try {
      tcp.setTcpNoDelay(true);
      tcp.setSoTimeout((int) patience.toMillis());
      tcp.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) patience.toMillis());
      return tcp;
    } catch (IOException e) {
      tcp.close();
      throw e;
    }
  }

  /** What a client says first: over TLS, its ClientHello; else, a handshake for a path. */
  byte[] firstFlight(String path) throws IOException {
    if (tls == null) {
      return RawPeer.handshake(path);
    }
    SSLEngine engine = tls.createSSLEngine("localhost", port);
    engine.setUseClientMode(true);
    ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), hello);
    byte[] bytes = new byte[hello.flip().remaining()];
    hello.get(bytes);
    return bytes;
  }
}
