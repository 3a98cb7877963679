package dev.phalanx.hermes;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is done when more waits for a subscriber than may. */
public sealed interface SlowPolicy {
  /** Closes the connection with 1013 (try again later). */
  SlowPolicy DISCONNECT = new Disconnect(null);

  /**
   * Closes the connection with 1013 (try again later).
   *
   * @param retryAfter when the peer should come back, in whole seconds; null: the Close names the
   *     limit instead
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
      String reason =
          retryAfter == null
              ? "reading too slowly for " + limit
              : "retry-after=" + retryAfter.toSeconds();
      return new WsMessage.Close(WsCloseCode.TRY_AGAIN_LATER, reason);
    }
  }

  /** Drops the oldest that wait. */
  record DropOldest() implements SlowPolicy {}

  /** Drops the new one. */
  record DropNewest() implements SlowPolicy {}

  /**
   * Keeps the latest message of each key.
   *
   * @param key returns the key of a message, or null for a message that is kept beside all others;
   *     a null function: the key is the topic
   */
  record KeepLatest(@Nullable Function<WsMessage, @Nullable Object> key) implements SlowPolicy {}
}
