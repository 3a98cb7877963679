package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.examples.TripHandler;
import dev.phalanx.examples.TripServices;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.testkit.Conversation;
import dev.phalanx.testkit.HermesTest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The services answer when the test says so, and scopes live by its clock. */
class TripHandlerTest {
  private final Map<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
  private final CountDownLatch asked = new CountDownLatch(3);
  private final CountDownLatch interrupted = new CountDownLatch(3);

  @RegisterExtension
  final HermesTest hermes =
      HermesTest.inMemory(
          runner ->
              runner.withWebsockets(
                  WsRouteGroup.builder()
                      .route("/ws/trips", TripHandler.class, TripHandler.CONFIG)
                      .build()),
          services -> services.singleton(TripServices.class, made -> new Slow()));

  private Conversation client;

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
    client = hermes.opens("/ws/trips").says("Oslo");
    assertThat(asked.await(20, SECONDS)).as("all three are asked at once").isTrue();
  }

  @Test
  void it_ticks_until_all_have_answered() {
    client.hearsNothingFor(Duration.ofMillis(199)).timePasses(Duration.ofMillis(1));
    client.hears("{\"type\":\"tick\",\"number\":0}");
    client.timePasses(Duration.ofMillis(200)).hears("{\"type\":\"tick\",\"number\":1}");

    answerTo("weather in Oslo").complete("rain");
    answerTo("flight to Oslo").complete("SK 678");
    answerTo("room in Oslo").complete("room 12");

    client.hears(
        "{\"type\":\"plan\",\"city\":\"Oslo\",\"parts\":[\"SK 678\",\"room 12\",\"rain\"]}");
    client.hearsNothingFor(Duration.ofMinutes(1));
  }

  @Test
  void one_may_fail() {
    answerTo("flight to Oslo").completeExceptionally(new IllegalStateException("fog"));
    answerTo("room in Oslo").complete("room 12");
    answerTo("weather in Oslo").complete("fog");

    client.hears("{\"type\":\"plan\",\"city\":\"Oslo\",\"parts\":[\"room 12\",\"fog\"]}");
  }

  @Test
  void two_that_are_too_slow_are_one_too_many() {
    answerTo("room in Oslo").complete("room 12");
    client.timePasses(Duration.ofMillis(1_999));
    for (int tick = 0; tick < 9; tick++) {
      client.hears("{\"type\":\"tick\",\"number\":" + tick + "}");
    }

    client.hearsNothing().timePasses(Duration.ofMillis(1));

    String last = client.hearsText();
    assertThat(last.contains("tick") ? client.hearsText() : last)
        .isEqualTo("{\"type\":\"sorry\",\"city\":\"Oslo\",\"parts\":[]}");
  }

  @Test
  void when_the_client_leaves_nobody_works_on_for_it() throws Exception {
    client.leaves().timePasses(Duration.ofSeconds(5)); // the handler doesn't read

    assertThat(interrupted.await(20, SECONDS)).isTrue();
  }
}
