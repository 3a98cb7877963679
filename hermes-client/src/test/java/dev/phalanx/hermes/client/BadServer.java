package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.phalanx.rfc6455.Handshake;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that does with a request what a test says, byte for byte. */
final class BadServer implements AutoCloseable {
  /** What it does on a connection, which is closed afterwards. */
  interface Script {
    void run(Socket socket, String head) throws IOException;
  }

  private final ServerSocket listener;
  private final Script script;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();

  private BadServer(ServerSocket listener, Script script) {
    this.listener = listener;
    this.script = script;
  }

  static BadServer doing(Script script) throws IOException {
    return on(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
  }

  static BadServer on(ServerSocket listener, Script script) {
    BadServer server = new BadServer(listener, script);
    Thread.ofVirtual().start(server::accept);
    return server;
  }

  /** Answers with these lines, in which {@code ACCEPT} stands for the right one. */
  static BadServer answering(String... lines) throws IOException {
    return doing((socket, head) -> {
      send(socket, answer(head, lines).getBytes(ISO_8859_1));
      drain(socket);
    });
  }

  static String answer(String head, String... lines) {
    return String.join("\r\n", lines).replace("ACCEPT", Handshake.accept(keyIn(head))) + "\r\n\r\n";
  }

  /** An answer that opens a WebSocket. */
  static byte[] open(String head) {
    String answer =
        answer(
            head,
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Accept: ACCEPT");
    return answer.getBytes(ISO_8859_1);
  }

  static void send(Socket socket, byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  static void drain(Socket socket) throws IOException {
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  private static String keyIn(String head) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("");
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        sockets.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) { // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      String head = readHead(socket.getInputStream());
      heads.add(head);
      script.run(socket, head);
    } catch (IOException e) { // the client has gone
    }
  }

  static String readHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    int next;
    while (head.indexOf("\r\n\r\n") < 0 && (next = in.read()) >= 0) {
      head.append((char) next);
    }
    return head.toString();
  }

  int port() {
    return listener.getLocalPort();
  }

  URI ws(String path) {
    return URI.create("ws://127.0.0.1:" + port() + path);
  }

  List<String> heads() {
    return heads;
  }

  boolean isDeserted() {
    return sockets.stream().allMatch(Socket::isClosed);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
