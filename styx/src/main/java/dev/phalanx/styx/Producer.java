package dev.phalanx.styx;

import dev.phalanx.aegis.ExecutionScope;

/**
 * Makes the values of a stream, in ordinary blocking code.
 *
 * <pre>{@code
 * Emitter<Row> rows = Emitter.produce((scope, sink) -> {
 *   try (Cursor cursor = table.open()) {
 *     while (cursor.next() && sink.emit(cursor.row())) {}
 *   }
 * });
 * }</pre>
 *
 * @param <T> the values
 */
@FunctionalInterface
public interface Producer<T> {
  /**
   * Emits values and returns at their end. What it throws comes to the consumer, after them.
   *
   * @param scope what it may wait and run tasks in
   */
  void produce(ExecutionScope scope, Sink<T> sink) throws Exception;
}
