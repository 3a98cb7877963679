package dev.phalanx.aegis;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a task says about how it wants to be run. */
record Behavior(String name, @Nullable Duration timeout, @Nullable RetryPolicy retry) {
  private static final Behavior PLAIN = new Behavior("task", null, null);

  Behavior {
    if (timeout != null && !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "the timeout of " + name + " must be more than nothing, not " + timeout);
    }
  }

  static Behavior of(Executable<?> task) {
    if (task instanceof Task<?> made) {
      return made.behavior();
    }
    Behavior behavior = PLAIN;
    if (task instanceof Traceable traceable) {
      behavior = behavior.named(traceable.traceName());
    }
    if (task instanceof HasTimeout limited) {
      behavior = behavior.limitedTo(limited.timeout());
    }
    if (task instanceof Retryable retryable) {
      behavior = behavior.retrying(retryable.retryPolicy());
    }
    return behavior;
  }

  Behavior named(String other) {
    return new Behavior(other, timeout, retry);
  }

  Behavior limitedTo(Duration limit) {
    return new Behavior(name, Objects.requireNonNull(limit, "timeout"), retry);
  }

  Behavior retrying(RetryPolicy policy) {
    return new Behavior(name, timeout, Objects.requireNonNull(policy, "retry policy"));
  }
}
