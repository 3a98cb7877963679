package dev.phalanx.examples;

import dev.phalanx.aegis.ExecutionScope;
import dev.phalanx.aegis.SettlementBag;
import dev.phalanx.aegis.Task;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.styx.Emitter;
import java.time.Duration;
import java.util.List;

/**
 * Plans a trip to each city that the client names: asks three services at once, does without one of
 * them, and shows meanwhile that it is at work. When the client leaves, all of it stops.
 */
public final class TripHandler implements WsHandler {
  /** A client that has left stops the services after so long. */
  public static final WsConfig CONFIG = WsConfig.defaults().withCloseTimeout(Duration.ofSeconds(1));

  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final Duration TICK = Duration.ofMillis(200);
  private static final int NEEDED = 2;

  private final TripServices services;

  /** One for each connection. */
  public TripHandler(TripServices services) {
    this.services = services;
  }

  @Override
  public void handle(WsScope scope) throws Exception {
    for (WsMessage msg : scope.connection().inbound()) {
      String city = msg.text();
      Plan plan = scope.race(List.of(here -> plan(here, city), here -> tick(here, scope)));
      scope.connection().sendJson(plan);
    }
  }

  private Plan plan(ExecutionScope here, String city) throws Exception {
    SettlementBag<String> answers =
        here.settle(
            List.of(
                Task.of("flight", s -> services.flight(city)).withTimeout(DEADLINE),
                Task.of("room", s -> services.room(city)).withTimeout(DEADLINE),
                Task.of("weather", s -> services.weather(city)).withTimeout(DEADLINE)));
    return answers.values().size() < NEEDED
        ? new Plan("sorry", city, List.of())
        : new Plan("plan", city, answers.values());
  }

  /** Goes on until the plan wins the race. */
  private static Plan tick(ExecutionScope here, WsScope scope) throws Exception {
    Emitter.interval(TICK).in(here).forEach(n -> scope.connection().sendJson(new Tick("tick", n)));
    throw new IllegalStateException("an interval has no end of its own");
  }

  /** What a client hears in the end; {@code sorry} if too few services have answered. */
  public record Plan(String type, String city, List<String> parts) {}

  /** What it hears until then. */
  public record Tick(String type, long number) {}
}
