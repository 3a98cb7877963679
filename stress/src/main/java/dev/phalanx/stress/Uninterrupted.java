package dev.phalanx.stress;

import dev.phalanx.aegis.Scope;
import dev.phalanx.styx.Channel;
import dev.phalanx.styx.Received;
import java.util.concurrent.Callable;

/** What waits, for actors, which nobody interrupts and which may throw nothing checked. */
final class Uninterrupted {
  private Uninterrupted() {}

  static <T> Received<T> receive(Channel<T> channel) {
    return call(channel::receive);
  }

  static <T> Received<T> receive(Channel<T> channel, Scope scope) {
    return call(() -> channel.receive(scope));
  }

  static <T> boolean emit(Channel<T> channel, T value) {
    return call(() -> channel.emit(value));
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
