package dev.phalanx.stoa;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.Application;
import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Response;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several threads close one server: all of them return when it has closed. */
class RunningServerTest {
  private final Application app = Application.starting().compile();
  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
  private final AtomicReference<RunningServer> server = new AtomicReference<>();

  @BeforeEach
  void start() throws Exception {
    HttpHandler patient =
        scope -> {
          begun.countDown();
          mayEnd.await();
          return Response.text("here you are");
        };
    HttpHandler last =
        scope -> {
          server.get().close();
          interrupted.complete(Thread.currentThread().isInterrupted());
          return Response.text("the lights are out");
        };
    RouteGroup routes =
        RouteGroup.builder()
            .get("/patient", patient)
            .get("/close", last)
            .get(
                "/close-later",
                scope -> {
                  patient.handle(scope);
                  return last.handle(scope);
                })
            .build();
    server.set(Runner.from(app).withRoutes(routes).start("127.0.0.1", 0));
  }

  @AfterEach
  void end() {
    mayEnd.countDown();
    server.get().close();
    client.close();
    app.close();
  }

  private CompletableFuture<HttpResponse<String>> get(String path) {
    URI uri = URI.create("http://127.0.0.1:" + server.get().port() + path);
    return client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private Thread closes() {
    return Thread.ofPlatform().start(() -> server.get().close());
  }

  /** Until it waits for something; or has ended, which the test will find out. */
  private static void settles(Thread thread) {
    Set<Thread.State> busy = Set.of(Thread.State.NEW, Thread.State.RUNNABLE);
    await().until(() -> !busy.contains(thread.getState()));
  }

  @Test
  void the_second_to_close_returns_when_the_server_has_closed_and_not_before() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = get("/patient");
    assertThat(begun.await(20, SECONDS)).isTrue();
    Thread first = closes();
    settles(first);
    Thread second = closes();

    settles(second);
    assertThat(second.isAlive()).as("waits while a handler is waited for").isTrue();
    mayEnd.countDown();

    assertThat(second.join(Duration.ofSeconds(20))).isTrue();
    assertThat(first.join(Duration.ofSeconds(20))).isTrue();
    assertThat(answer.get(20, SECONDS).body()).isEqualTo("here you are");
  }

  @Test
  void an_interrupt_does_not_cut_the_second_ones_wait_short_and_is_kept() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = get("/patient");
    assertThat(begun.await(20, SECONDS)).isTrue();
    settles(closes());
    AtomicBoolean kept = new AtomicBoolean();
    Thread second =
        Thread.ofPlatform()
            .start(() -> {
              server.get().close();
              kept.set(Thread.currentThread().isInterrupted());
            });
    settles(second);

    second.interrupt();
    await().until(() -> !second.isInterrupted() || !second.isAlive()); // it has been noticed
    settles(second);
    assertThat(second.isAlive()).isTrue();
    mayEnd.countDown();

    assertThat(second.join(Duration.ofSeconds(20))).isTrue();
    assertThat(kept).isTrue();
    assertThat(answer.get(20, SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void a_handler_that_closes_its_server_does_not_wait_for_itself() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = get("/close");

    assertThat(interrupted.get(20, SECONDS)).as("was interrupted as a straggler").isFalse();
    assertThat(answer).failsWithin(Duration.ofSeconds(20));
  }

  @Test
  void a_handler_that_closes_a_server_which_waits_for_it_goes_on_and_answers() throws Exception {
    CompletableFuture<HttpResponse<String>> answer = get("/close-later");
    assertThat(begun.await(20, SECONDS)).isTrue();
    settles(closes());
    mayEnd.countDown();

    assertThat(interrupted.get(20, SECONDS)).isFalse();
    assertThat(answer.get(20, SECONDS).body()).isEqualTo("the lights are out");
  }
}
