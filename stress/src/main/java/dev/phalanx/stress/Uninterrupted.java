package dev.phalanx.stress;

import dev.phalanx.aegis.Scope;
import dev.phalanx.styx.Channel;
import dev.phalanx.styx.Received;
import java.util.concurrent.Callable;

/** What waits, for actors, which nobody interrupts and which may throw nothing checked. */
final class Uninterrupted {
  private Uninterrupted() {}

  /** The next value, {@code end} or {@code failed}: outcomes are regular expressions. */
  static String receive(Channel<Integer> channel) {
    return inAWord(call(channel::receive));
  }

  static String receive(Channel<Integer> channel, Scope scope) {
    return inAWord(call(() -> channel.receive(scope)));
  }

  static <T> boolean emit(Channel<T> channel, T value) {
    return call(() -> channel.emit(value));
  }

  private static String inAWord(Received<Integer> received) {
    return switch (received) {
      case Received.Value<Integer>(Integer value) -> value.toString();
      case Received.Completed<Integer>() -> "end";
      case Received.Failed<Integer>(Throwable cause) -> "failed";
    };
  }

  private static <R> R call(Callable<R> waiting) {
    try {
      return waiting.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
