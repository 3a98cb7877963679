package dev.phalanx.stoa;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.Application;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;

/** Who closes the application: {@code run} does, after the server; {@code start} leaves it open. */
class RunnerTest {
  private static final Duration SHORT = Duration.ofMillis(200);

  /** A service that wants closing. */
  interface Store extends AutoCloseable {}

  private final AtomicInteger closings = new AtomicInteger();
  private final AtomicReference<Throwable> end = new AtomicReference<>();

  private Application application(Store store) {
    Application app =
        Application.starting()
            .providers(services -> services.singleton(Store.class, made -> store))
            .compile();
    app.service(Store.class);
    return app;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Thread runs(Runner runner, String address) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            runner.run(address);
          } catch (IOException | InterruptedException | RuntimeException e) {
            end.set(e);
          }
        });
  }

  private static void untilItServes(Thread running) {
    await().until(() -> running.getState() == Thread.State.WAITING);
  }

  @Test
  void eager_services_are_made_before_the_server_listens_and_others_are_not() throws Exception {
    AtomicInteger made = new AtomicInteger();
    Application app =
        Application.starting()
            .providers(services ->
                services
                    .singleton(Store.class, others -> counted(made))
                    .eager()
                    .singleton(AutoCloseable.class, others -> counted(made)))
            .compile();
    assertThat(made).hasValue(0);

    try (app;
        RunningServer server = Runner.from(app).start("127.0.0.1", 0)) {
      assertThat(made).as("when %s listens", server.address()).hasValue(1);
    }
  }

  private static Store counted(AtomicInteger made) {
    made.incrementAndGet();
    return () -> {};
  }

  @Test
  void a_server_whose_eager_service_can_not_be_made_does_not_start() {
    Application app =
        Application.starting()
            .providers(services ->
                services
                    .singleton(
                        Store.class,
                        others -> {
                          throw new IllegalStateException("no disk");
                        })
                    .eager())
            .compile();

    assertThatThrownBy(() -> Runner.from(app).start("127.0.0.1", 0)).hasMessage("no disk");
  }

  @Test
  void run_closes_the_server_and_then_the_application() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    AtomicInteger closedBefore = new AtomicInteger(-1);
    HttpHandler patient =
        scope -> {
          begun.countDown();
          mayEnd.await();
          closedBefore.set(closings.get());
          return Response.text("here you are");
        };
    RouteGroup routes = RouteGroup.builder().get("/", patient).build();
    int port = freePort();
    try (Application app = application(closings::incrementAndGet)) {
      Thread running = runs(Runner.from(app).withRoutes(routes), "127.0.0.1:" + port);
      untilItServes(running);
      try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
        client
            .getOutputStream()
            .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(begun.await(20, SECONDS)).isTrue();

        running.interrupt();
        await().until(() -> running.getState() == Thread.State.TIMED_WAITING);
        mayEnd.countDown();

        assertThat(running.join(Duration.ofSeconds(20))).isTrue();
      }
      assertThat(closedBefore).as("closed before the handler had ended").hasValue(0);
      assertThat(closings).hasValue(1);
      assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }
    assertThat(closings).as("closed again by its owner").hasValue(1);
  }

  @Test
  void run_says_where_it_listens_and_what_it_serves() throws Exception {
    RouteGroup routes =
        RouteGroup.builder()
            .get("/a", scope -> Response.text("a"))
            .post("/a", scope -> Response.text("a"))
            .build();
    List<String> lines = new CopyOnWriteArrayList<>();
    Logger logger = Logger.getLogger(Runner.class.getName());
    Handler capture =
        new Handler() {
          @Override
          public void publish(LogRecord entry) {
            lines.add(new SimpleFormatter().formatMessage(entry));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.setLevel(Level.INFO);
    logger.addHandler(capture);
    int port = freePort();
    try (Application app = application(closings::incrementAndGet)) {
      Thread running = runs(Runner.from(app).withRoutes(routes), "127.0.0.1:" + port);
      untilItServes(running);

      assertThat(lines)
          .contains("Serving on http://127.0.0.1:" + port + " with 2 HTTP and 0 WebSocket routes");

      running.interrupt();
      assertThat(running.join(Duration.ofSeconds(20))).isTrue();
    } finally {
      logger.removeHandler(capture);
      logger.setLevel(null);
    }
  }

  @Test
  void run_closes_the_application_too_where_it_could_not_serve() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Runner runner = Runner.from(application(closings::incrementAndGet));
      assertThatThrownBy(() -> runner.run("127.0.0.1:" + taken.getLocalPort()))
          .isInstanceOf(IOException.class);
    }
    assertThat(closings).hasValue(1);

    Runner other = Runner.from(application(closings::incrementAndGet));
    assertThatThrownBy(() -> other.run("nowhere")).isInstanceOf(IllegalArgumentException.class);
    assertThat(closings).hasValue(2);
  }

  @Test
  void start_leaves_the_application_to_its_caller() throws Exception {
    try (Application app = application(closings::incrementAndGet)) {
      Runner.from(app).start("127.0.0.1", 0).close();

      assertThat(closings).hasValue(0);
    }
    assertThat(closings).hasValue(1);
  }

  @Test
  void a_service_that_is_slow_to_close_is_interrupted_and_run_returns() throws Exception {
    Store slow =
        () -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            closings.incrementAndGet();
          }
        };
    Application app = application(slow);
    Thread running = runs(Runner.from(app).withShutdownTimeout(SHORT), "127.0.0.1:0");
    untilItServes(running);

    running.interrupt();

    assertThat(running.join(Duration.ofSeconds(20))).isTrue();
    assertThat(closings).hasValue(1);
  }
}
