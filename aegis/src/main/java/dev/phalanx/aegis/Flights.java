package dev.phalanx.aegis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that several scopes wait for at once, by key ({@link ExecutionScope#singleflight}). A
 * flight is here as long as it may be joined; there are never more than threads that wait for one.
 */
final class Flights {
  private final Map<Object, Flight<?>> flights = new ConcurrentHashMap<>();

  <T extends @Nullable Object> T join(LiveScope scope, Object key, Executable<T> task)
      throws Exception {
    while (true) {
      Flight<T> flight = boarded(scope, key, task);
      if (flight.board()) {
        return flight.await(scope);
      }
    }
  }

  int size() {
    return flights.size();
  }

  /** The flight with that key; a new one where there is none. */
  @SuppressWarnings("unchecked") // those who use a key expect one type of it
  private <T extends @Nullable Object> Flight<T> boarded(
      LiveScope scope, Object key, Executable<T> task) {
    return (Flight<T>)
        flights.computeIfAbsent(
            key,
            k -> new Flight<>(scope, "flight " + k, task, landed -> flights.remove(k, landed)));
  }
}
