package dev.phalanx.hermes;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is done when more waits for a subscriber than may. */
public sealed interface SlowPolicy {
  /** Closes it with 1008. */
  SlowPolicy DISCONNECT = new Disconnect(null);

  /**
   * Closes it.
   *
   * @param retryAfter with 1013 and when to come back, in whole seconds; null: with 1008
   */
  record Disconnect(@Nullable Duration retryAfter) implements SlowPolicy {
    /** Checks the time. */
    public Disconnect {
      if (retryAfter != null && (retryAfter.toSeconds() < 1 || retryAfter.toDays() > 365)) {
        throw new IllegalArgumentException(
            "retryAfter must be from 1 s to 365 days, not " + retryAfter);
      }
    }

    WsMessage.Close close(String limit) {
      return retryAfter == null
          ? new WsMessage.Close(WsCloseCode.POLICY_VIOLATION, "reading too slowly for " + limit)
          : new WsMessage.Close(
              WsCloseCode.TRY_AGAIN_LATER, "retry-after=" + retryAfter.toSeconds());
    }
  }

  /** Drops the oldest that wait. */
  record DropOldest() implements SlowPolicy {}

  /** Drops the new one. */
  record DropNewest() implements SlowPolicy {}

  /**
   * Keeps the latest of each key.
   *
   * @param key of a message; null if it is to be kept beside others
   */
  record KeepLatest(Function<WsMessage, @Nullable Object> key) implements SlowPolicy {
    /** Checks that there is a function. */
    public KeepLatest {
      Objects.requireNonNull(key, "key");
    }
  }
}
