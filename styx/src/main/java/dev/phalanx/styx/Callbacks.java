package dev.phalanx.styx;

/**
 * Something that calls back: an event bus, a listener, a driver.
 *
 * <pre>{@code
 * Emitter.<Price>listen(64, Overflow.DROP, sink -> {
 *   Listener listener = sink::emit;
 *   market.add(listener);
 *   return () -> market.remove(listener);
 * });
 * }</pre>
 *
 * @param <T> the values
 */
@FunctionalInterface
public interface Callbacks<T> {
  /**
   * Begins to call back; called once for each run of the stream, on its thread.
   *
   * @return ends it; called once, on the same thread, when the stream is over
   */
  AutoCloseable register(CallbackSink<T> sink) throws Exception;
}
