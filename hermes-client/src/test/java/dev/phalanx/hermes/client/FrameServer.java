package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Limits;
import dev.phalanx.rfc6455.Protocol;
import dev.phalanx.rfc6455.Side;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A server's end of one open connection, on the protocol alone: a test reads event by event. */
final class FrameServer {
  private final Socket socket;
  private final Protocol protocol =
      new Protocol(Side.SERVER, new Limits(1 << 26, 1 << 26, 1 << 20));
  private final byte[] buffer = new byte[64 << 10];
  private ByteBuffer read = ByteBuffer.allocate(0);

  private FrameServer(Socket socket) {
    this.socket = socket;
  }

  /** Accepts the handshake. */
  static FrameServer open(Socket socket, String head) throws IOException {
    BadServer.send(socket, BadServer.open(head));
    return new FrameServer(socket);
  }

  void says(String text) throws IOException {
    send(EncodedFrame.text(Side.SERVER, text));
  }

  void closes(int code) throws IOException {
    send(EncodedFrame.close(Side.SERVER, code, ""));
  }

  private void send(EncodedFrame frame) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    frame.transferTo(bytes::write, 0, frame.length());
    BadServer.send(socket, bytes.toByteArray());
  }

  /** The next text or Close; Pings are answered on the way. Null at the end of the stream. */
  @Nullable Event hears() throws IOException {
    while (true) {
      Event event = protocol.receive(read);
      if (event instanceof Event.Text || event instanceof Event.Close) {
        return event;
      }
      EncodedFrame owed = protocol.pollControl();
      if (owed != null) {
        send(owed);
      }
      if (event == null) {
        int count = socket.getInputStream().read(buffer);
        if (count < 0) {
          return null;
        }
        read = ByteBuffer.wrap(buffer, 0, count);
      }
    }
  }

  /** The next text; null if there is none any more. */
  @Nullable String hearsText() throws IOException {
    return hears() instanceof Event.Text text ? new String(text.utf8(), UTF_8) : null;
  }

  /** Reads and answers until the client has closed; answers its Close. */
  void hearsAll() throws IOException {
    Event event;
    while ((event = hears()) instanceof Event.Text) {
      // Dropped.
    }
    if (event instanceof Event.Close close) {
      closes(close.code());
    }
  }

  /** The connection will be reset when it is closed. */
  void willReset() throws IOException {
    socket.setSoLinger(true, 0);
  }
}
