package dev.phalanx.stoa;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.http.Response;
import dev.phalanx.transport.HttpExchange;
import dev.phalanx.transport.HttpListener;
import dev.phalanx.transport.HttpServer;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a peer hears when the thread that was to answer ends without an answer. */
class RequestThreadsTest {
  private static final class Expected extends Error {
    private static final long serialVersionUID = 1;

    Expected() {
      super("meant", null, false, false);
    }
  }

  @Test
  void the_connection_ends_when_the_thread_ends_without_an_answer() throws Exception {
    assertThat(answerOf(exchange -> {})).isEmpty();
  }

  @Test
  void the_connection_ends_when_the_thread_fails() throws Exception {
    Consumer<HttpExchange> failing =
        exchange -> {
          Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> {});
          throw new Expected();
        };
    assertThat(answerOf(failing)).isEmpty();
  }

  @Test
  void an_answer_is_not_disturbed_by_the_end_of_its_thread() throws Exception {
    assertThat(answerOf(exchange -> exchange.respond(Response.status(204))))
        .startsWith("HTTP/1.1 204");
  }

  /** All that comes until the connection ends; the peer asks for that after one answer. */
  private static String answerOf(Consumer<HttpExchange> work) throws IOException {
    RequestThreads threads = new RequestThreads();
    InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (HttpListener listener =
            HttpServer.listen(
                free,
                HttpServerConfig.defaults(),
                exchange -> threads.start(exchange, () -> work.accept(exchange)));
        Socket peer = new Socket(free.getAddress(), listener.address().getPort())) {
      peer.setSoTimeout(20_000);
      peer.getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
      return new String(peer.getInputStream().readAllBytes(), US_ASCII);
    }
  }
}
