package dev.phalanx.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A host that does what a test says on each connection, as a rule after it read a request's head.
 */
final class RawHost implements AutoCloseable {
  /** What it does with a connection; closed afterwards. */
  interface Script {
    void run(Socket socket) throws IOException;
  }

  private final ServerSocket listener;
  private final Script script;
  private final boolean readsHead;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<String> heads = new CopyOnWriteArrayList<>();

  private RawHost(ServerSocket listener, boolean readsHead, Script script) {
    this.listener = listener;
    this.readsHead = readsHead;
    this.script = script;
  }

  static RawHost doing(Script script) throws IOException {
    return on(InetAddress.getLoopbackAddress(), true, script);
  }

  /** A host that reads nothing by itself. */
  static RawHost withoutReading(Script script) throws IOException {
    return on(InetAddress.getLoopbackAddress(), false, script);
  }

  static RawHost on(InetAddress address, boolean readsHead, Script script) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, address);
    RawHost host = new RawHost(listener, readsHead, script);
    Thread.ofVirtual().start(host::accept);
    return host;
  }

  /** Answers every request with these bytes, and leaves the connection open. */
  static RawHost answering(String answer) throws IOException {
    return doing(socket -> {
      socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    });
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
      if (readsHead) {
        heads.add(readHead(socket.getInputStream()));
      }
      script.run(socket);
    } catch (IOException e) { // the dialler has gone
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

  List<String> heads() {
    return heads;
  }

  /** Whether the far end of every connection has been closed. */
  boolean isDeserted() {
    return sockets.stream().allMatch(Socket::isClosed);
  }

  int connections() {
    return sockets.size();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
