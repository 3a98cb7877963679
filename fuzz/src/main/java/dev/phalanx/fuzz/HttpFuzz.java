package dev.phalanx.fuzz;

import dev.phalanx.http.Response;
import dev.phalanx.transport.HttpServer;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What comes over a connection to the HTTP front, and then no more. It gives back whole responses
 * and nothing else, of known statuses, the last one no later than the connection's end; no
 * exception goes up the pipeline, and Netty misses no buffer.
 */
public final class HttpFuzz {
  private static final int PATIENCE_MILLIS = 8_000;
  private static final int FIRST_PATIENCE_MILLIS = 120_000;

  /** Strong, since java.util.logging forgets loggers that nobody holds. */
  private static final Logger LOG = Logger.getLogger(HttpServer.class.getName());

  private static final Logger LEAKS = Logger.getLogger("io.netty.util.ResourceLeakDetector");

  private static final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

  private static final HttpServer SERVER = serve();

  private HttpFuzz() {}

  /**
   * The first requests, of those that are answered and those that are refused, load and instrument
   * most of Netty, which may take longer than a hang.
   */
  public static void fuzzerInitialize() throws IOException {
    String requests = "GET / HTTP/1.1\r\nHost: h\r\n\r\n\1\r\n\r\n";
    exchange(requests.getBytes(StandardCharsets.ISO_8859_1), FIRST_PATIENCE_MILLIS);
  }

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    exchange(input, PATIENCE_MILLIS);
    Promise.that(faults.isEmpty(), "no exception and no leak: " + faults);
  }

  private static void exchange(byte[] input, int patienceMillis) throws IOException {
    InetSocketAddress address =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVER.address().getPort());
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(patienceMillis);
      socket.setSoLinger(true, 0); // leaves no port in TIME_WAIT, of which there are too few
      socket.connect(address);
      checkReplies(repliesTo(input, socket));
    }
  }

  private static String repliesTo(byte[] input, Socket socket) throws IOException {
    try {
      socket.getOutputStream().write(input);
      socket.shutdownOutput();
    } catch (SocketException closedOnUs) {
      return "";
    }
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  private static void checkReplies(String replies) {
    int at = 0;
    while (at < replies.length()) {
      Promise.that(replies.startsWith("HTTP/1.1 ", at), "a response begins: " + replies);
      int status = Integer.parseInt(replies.substring(at + 9, at + 12));
      Promise.that(status == 100 || status == 200 || isRefusal(status), "a status: " + replies);
      int end = replies.indexOf("\r\n\r\n", at);
      Promise.that(end > 0, "a head has an end: " + replies);
      at = end + 4 + lengthIn(replies.substring(at, end), status);
      Promise.that(at <= replies.length(), "a response is whole: " + replies);
    }
  }

  private static boolean isRefusal(int status) {
    return status == 400 || (status > 400 && status < 500) || status == 501 || status == 505;
  }

  /** The server's answers to GET and to HEAD have no body here, so that both can be read alike. */
  private static int lengthIn(String head, int status) {
    if (status == 100) {
      return 0;
    }
    int name = head.toLowerCase(java.util.Locale.ROOT).indexOf("\r\ncontent-length: ");
    int line = head.indexOf("\r\n", name + 2);
    String length = head.substring(name + 18, line < 0 ? head.length() : line);
    return Integer.parseInt(length.strip());
  }

  private static HttpServer serve() {
    LOG.setLevel(Level.FINE);
    LOG.setUseParentHandlers(false);
    LOG.addHandler(new Faults());
    LEAKS.addHandler(new Faults());
    HttpServerConfig config = HttpServerConfig.defaults().withEventLoops(1).withMaxBodyBytes(1_000);
    try {
      return HttpServer.listen(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          config,
          exchange -> exchange.respond(Response.text("")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The server closes a connection whose pipeline fails, and says so at debug. Netty says which
   * buffer was collected as garbage, and never released.
   */
  private static final class Faults extends Handler {
    @Override
    public void publish(LogRecord entry) {
      String message = String.valueOf(entry.getMessage());
      boolean lost = message.contains("SocketException") || message.contains("Connection reset");
      if ((message.contains("closed after") && !lost) || message.startsWith("LEAK")) {
        faults.add(message);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
