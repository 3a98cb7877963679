package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.aegis.Application;
import dev.phalanx.examples.TripHandler;
import dev.phalanx.examples.TripServices;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.transport.memory.VirtualClock;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The services answer when the test says so, and scopes live by its clock. */
class TripHandlerTest {
  private final Map<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
  private final CountDownLatch asked = new CountDownLatch(3);
  private final CountDownLatch interrupted = new CountDownLatch(3);
  private final VirtualClock clock = new VirtualClock();
  private final Application application =
      Application.starting()
          .time(clock)
          .providers(services -> services.singleton(TripServices.class, made -> new Slow()))
          .compile();
  private RunningServer server;
  private JdkClient client;

  private final class Slow implements TripServices {
    @Override
    public String flight(String city) throws Exception {
      return ask("flight to " + city);
    }

    @Override
    public String room(String city) throws Exception {
      return ask("room in " + city);
    }

    @Override
    public String weather(String city) throws Exception {
      return ask("weather in " + city);
    }

    private String ask(String what) throws Exception {
      asked.countDown();
      try {
        return answerTo(what).get();
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw e;
      }
    }
  }

  private CompletableFuture<String> answerTo(String what) {
    return answers.computeIfAbsent(what, unanswered -> new CompletableFuture<>());
  }

  @BeforeEach
  void a_client_asks_for_a_trip() throws Exception {
    WsRouteGroup ws =
        WsRouteGroup.builder().route("/ws/trips", TripHandler.class, TripHandler.CONFIG).build();
    server = Runner.from(application).withWebsockets(ws).start("127.0.0.1", 0);
    client = JdkClient.at(URI.create("ws://127.0.0.1:" + server.port() + "/ws/trips"));
    client.says("Oslo");
    assertThat(asked.await(20, SECONDS)).as("all three are asked at once").isTrue();
  }

  @AfterEach
  void all_ends() {
    client.close();
    server.close();
    application.close();
  }

  @Test
  void it_ticks_until_all_have_answered() throws Exception {
    nextTick();
    client.hears("{\"type\":\"tick\",\"number\":0}");
    nextTick();
    client.hears("{\"type\":\"tick\",\"number\":1}");

    answerTo("weather in Oslo").complete("rain");
    answerTo("flight to Oslo").complete("SK 678");
    answerTo("room in Oslo").complete("room 12");

    client.hears(
        "{\"type\":\"plan\",\"city\":\"Oslo\",\"parts\":[\"SK 678\",\"room 12\",\"rain\"]}");
  }

  @Test
  void one_may_fail() throws Exception {
    answerTo("flight to Oslo").completeExceptionally(new IllegalStateException("fog"));
    answerTo("room in Oslo").complete("room 12");
    answerTo("weather in Oslo").complete("fog");

    client.hears("{\"type\":\"plan\",\"city\":\"Oslo\",\"parts\":[\"room 12\",\"fog\"]}");
  }

  @Test
  void two_that_are_too_slow_are_one_too_many() throws Exception {
    await().until(() -> clock.pendingTimers() == 4);
    answerTo("room in Oslo").complete("room 12");
    clock.advance(Duration.ofSeconds(2));

    assertThat(firstThatIsNoTick())
        .isEqualTo("{\"type\":\"sorry\",\"city\":\"Oslo\",\"parts\":[]}");
  }

  @Test
  void when_the_client_leaves_nobody_works_on_for_it() throws Exception {
    client.breaksOff();

    assertThat(interrupted.await(20, SECONDS)).isTrue();
  }

  private void nextTick() {
    await().until(() -> clock.pendingTimers() == 4); // three deadlines, and the tick that waits
    clock.advance(Duration.ofMillis(200));
  }

  private String firstThatIsNoTick() throws InterruptedException {
    String heard = client.hearsText();
    while (heard.contains("tick")) {
      heard = client.hearsText();
    }
    return heard;
  }
}
