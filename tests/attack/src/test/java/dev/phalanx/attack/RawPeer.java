package dev.phalanx.attack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phalanx.testkit.Frame;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;

/**
 * A client over a plain socket, which can break off at any byte. Reading fails with a {@link
 * java.net.SocketTimeoutException} when nothing arrives within {@link Endpoint#PATIENCE}. For one
 * thread.
 */
final class RawPeer implements AutoCloseable {
  private final Socket tcp;
  private final Socket socket; // over TLS, another one than tcp
  private final DataInputStream in;

  RawPeer(Socket tcp, Socket socket) throws IOException {
    this.tcp = tcp;
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  // ---- saying ----

  RawPeer says(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  RawPeer says(Frame frame) throws IOException {
    return says(frame.masked());
  }

  RawPeer says(String text) throws IOException {
    return says(Frame.text(text));
  }

  /** Opens a WebSocket. */
  RawPeer opens(String path) throws IOException {
    says(handshake(path));
    int status = hearsReply();
    if (status != 101) {
      throw new IOException("the handshake for " + path + " was answered with " + status);
    }
    return this;
  }

  /** Asks for a path, and returns the status of the answer. */
  int gets(String path) throws IOException {
    says(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(ISO_8859_1));
    return hearsReply();
  }

  static byte[] handshake(String path) {
    return ("GET "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  // ---- hearing ----

  /** Hears the answer to a request, and returns the status; drops the body. */
  int hearsReply() throws IOException {
    String status = line();
    int length = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    in.skipNBytes(length);
    return Integer.parseInt(status.substring(9, 12));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the stream ended within a head, after \"" + line + "\"");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** Hears one data frame as text; skips control frames. */
  String hears() throws IOException {
    while (true) {
      int opcode = in.readUnsignedByte() & 0xF;
      long length = in.readUnsignedByte();
      if (length == 126) {
        length = in.readUnsignedShort();
      } else if (length == 127) {
        length = in.readLong();
      }
      byte[] payload = in.readNBytes((int) length);
      if (opcode == 8) {
        throw new EOFException("the server closed: " + Frame.of(opcode, payload));
      }
      if (opcode < 8) {
        return new String(payload, UTF_8);
      }
    }
  }

  /** Hears this text next among those that begin with the same word. */
  void hears(String text) throws IOException {
    String heard = hearsOneOf(text.split(" ", 2)[0]);
    if (!heard.equals(text)) {
      throw new IOException("heard \"" + heard + "\", not \"" + text + "\"");
    }
  }

  /** Hears the next text that begins with a word, and drops those before. */
  String hearsOneOf(String word) throws IOException {
    String heard = hears();
    while (!heard.startsWith(word)) {
      heard = hears();
    }
    return heard;
  }

  /** Says a text and hears the answer. */
  String asks(String text) throws IOException {
    return says(text).hears();
  }

  /** Drops what arrives until the connection is gone. */
  void hearsUntilTheEnd() {
    try {
      while (in.read() >= 0) {
        // not wanted
      }
    } catch (IOException gone) {
      // gone, too
    }
  }

  // ---- leaving ----

  /** Resets the connection, without a word. */
  void resets() throws IOException {
    tcp.setSoLinger(true, 0);
    tcp.close();
  }

  /** Leaves without a word. */
  @Override
  public void close() throws IOException {
    tcp.close();
  }
}
