package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.stoa.RunningServer;
import dev.phalanx.testkit.Frame;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/**
 * A raw socket, for whatever a well-behaved client can't say. It never waits forever: when nothing
 * comes, reading fails.
 */
final class Peer implements AutoCloseable {
  /** The sample of RFC 6455, section 1.3. */
  static final String SAMPLE_KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final DataInputStream in;

  private Peer(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  /** Connects. */
  static Peer of(RunningServer server) throws IOException {
    return connect(server, new Socket());
  }

  /** Connects, and keeps little of what it doesn't read: so the server soon feels it. */
  static Peer withLittleRoom(RunningServer server) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4 << 10);
    return connect(server, socket);
  }

  private static Peer connect(RunningServer server, Socket socket) throws IOException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    return new Peer(socket);
  }

  // ---- speaking ----

  /** Says it in one write. */
  Peer says(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Says it in one write; line ends are made CRLF. */
  Peer says(String head) throws IOException {
    return says(head.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(ISO_8859_1));
  }

  /** Says the frames, masked, all in one write. */
  Peer says(Frame... frames) throws IOException {
    List<byte[]> all = new ArrayList<>();
    for (Frame frame : frames) {
      all.add(frame.masked());
    }
    return says(concat(all));
  }

  /** Says it a byte at a time. */
  Peer saysByteByByte(byte[] bytes) throws IOException {
    for (byte b : bytes) {
      says(new byte[] {b});
    }
    return this;
  }

  /** Asks for a path, and for nothing else. */
  Peer gets(String path) throws IOException {
    return says("GET " + path + " HTTP/1.1\nHost: localhost\n\n");
  }

  /** Opens a WebSocket as it should be. */
  Peer opens(String path) throws IOException {
    says(handshake(path));
    assertThat(hearsReply().status()).as("status of the handshake").isEqualTo(101);
    return this;
  }

  /** The handshake of RFC 6455, section 1.3, without an Origin. */
  static String handshake(String path) {
    return """
    GET %s HTTP/1.1
    Host: localhost
    Upgrade: websocket
    Connection: Upgrade
    Sec-WebSocket-Key: %s
    Sec-WebSocket-Version: 13

    """
        .formatted(path, SAMPLE_KEY);
  }

  /** Says that nothing more comes from here; and still listens. */
  Peer endsItsSide() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Breaks the connection off, without a word. */
  void resets() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  // ---- hearing ----

  Reply hearsReply() throws IOException {
    return Reply.read(in, false);
  }

  /** Hears what a reply begins with, and keeps it for {@link #hearsReply}. */
  Peer hearsTheStartOf(String start) throws IOException {
    in.mark(start.length());
    assertThat(new String(in.readNBytes(start.length()), ISO_8859_1)).isEqualTo(start);
    in.reset();
    return this;
  }

  Reply hearsReplyToHead() throws IOException {
    return Reply.read(in, true);
  }

  Frame hearsFrame() throws IOException {
    return read(in);
  }

  /** Hears these frames, and no others between them. */
  Peer hears(Frame... frames) throws IOException {
    for (Frame frame : frames) {
      assertThat(hearsFrame()).isEqualTo(frame);
    }
    return this;
  }

  /** Hears a Close with this code. */
  Frame hearsClose(int code) throws IOException {
    Frame frame = hearsFrame();
    assertThat(frame).as("a Close").matches(Frame::isClose);
    assertThat(frame.closeCode()).as("code of %s", frame).isEqualTo(code);
    return frame;
  }

  /** Hears that nothing more comes, in good order. */
  void hearsEnd() throws IOException {
    assertThat(in.read()).as("the end of the stream").isEqualTo(-1);
  }

  /**
   * Hears that the connection is gone, in good order or not; what still comes before is dropped.
   */
  void losesConnection() throws IOException {
    try {
      while (in.read() >= 0) {
        // not wanted
      }
    } catch (SocketException reset) {
      // gone, too
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Reads what a server sends, which is never masked. */
  private static Frame read(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    if (second >= 0x80) {
      throw new AssertionError("a server must not mask (RFC 6455, section 5.1)");
    }
    long length = second == 127 ? in.readLong() : second == 126 ? in.readUnsignedShort() : second;
    byte[] payload = in.readNBytes(Math.toIntExact(length));
    if (payload.length < length) {
      throw new AssertionError("the stream ended within a frame of " + length + " bytes");
    }
    return new Frame(first >= 0x80, first >> 4 & 0x7, first & 0xF, payload);
  }

  private static byte[] concat(List<byte[]> parts) {
    byte[] all = new byte[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
