package dev.phalanx.hermes.client;

import dev.phalanx.hermes.WsClosed;
import java.time.Duration;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a connection that was open is dialled again, and after which delays: drawn at random
 * between nothing and a limit that doubles from attempt to attempt ("full jitter"), so that those
 * who were lost together don't come back together. Immutable.
 *
 * <p>It is dialled again when it was lost without a Close (1006), or the server closed it with 1001
 * (it goes away), 1011 (it failed), 1012 (it restarts), 1013 (try again later), 1014 (bad gateway)
 * or 3008 (timeout). Not after 1000, which is the end; nor after 1002, 1003, 1007 to 1010, 3000 and
 * 3003, since the same would happen again; nor after codes of the application (4000 to 4999), whose
 * meaning nobody knows here; nor when we closed it. An attempt that is answered with a status from
 * 400 to 499 is the last, but for 408, 425 and 429.
 *
 * <p>The server's hint is honoured: {@code retry-after=SECONDS} in the reason of a Close with 1012
 * or 1013, or the header {@code Retry-After} of an answer that is not 101, is the least delay of
 * the next attempt, and what is drawn comes on top.
 *
 * <p>Attempts and delays start again only when a connection was stable: it lasted {@link
 * #stableAfter}, or brought a message. A server that opens and drops at once uses the attempts up.
 *
 * @param attempts how many attempts are made until a connection is stable
 * @param firstDelay the most that is waited before the first attempt
 * @param maxDelay what no drawn delay exceeds
 * @param maxHint what no hint of the server exceeds
 * @param stableAfter how long a connection must last, without a message received, to be stable
 * @param replay whether messages that a lost connection accepted and did not write are sent on the
 *     next one; otherwise the listener is told of each
 * @param buffer how many messages are kept that are sent while there is no connection
 */
public record ReconnectPolicy(
    int attempts,
    Duration firstDelay,
    Duration maxDelay,
    Duration maxHint,
    Duration stableAfter,
    boolean replay,
    SendBuffer buffer) {
  private static final Set<Integer> RETRIED = Set.of(1001, 1006, 1011, 1012, 1013, 1014, 3008);
  private static final Set<Integer> HINTING = Set.of(1012, 1013);
  private static final Pattern HINT = Pattern.compile("\\bretry-after=([0-9]{1,9})\\b");

  private static final ReconnectPolicy DEFAULTS =
      new ReconnectPolicy(
          10,
          Duration.ofSeconds(1),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofSeconds(30),
          true,
          SendBuffer.defaults());

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bounds
   */
  public ReconnectPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts must be 1 or more, not " + attempts);
    }
    upToADay("firstDelay", firstDelay);
    upToADay("maxDelay", maxDelay);
    upToADay("maxHint", maxHint);
    upToADay("stableAfter", stableAfter);
    if (maxDelay.compareTo(firstDelay) < 0) {
      throw new IllegalArgumentException(
          "maxDelay must be at least firstDelay (%s), not %s".formatted(firstDelay, maxDelay));
    }
  }

  private static void upToADay(String setting, Duration value) {
    if (value.isNegative() || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(setting + " must be 0 to 1 day, not " + value);
    }
  }

  /** 10 attempts, after up to 1, 2, 4, 8, 16, 30, 30… s, until a connection is stable. */
  public static ReconnectPolicy defaults() {
    return DEFAULTS;
  }

  /** The same with another number of attempts. */
  public ReconnectPolicy withAttempts(int attempts) {
    return new ReconnectPolicy(
        attempts, firstDelay, maxDelay, maxHint, stableAfter, replay, buffer);
  }

  /** The same with other delays. */
  public ReconnectPolicy withDelays(Duration firstDelay, Duration maxDelay) {
    return new ReconnectPolicy(
        attempts, firstDelay, maxDelay, maxHint, stableAfter, replay, buffer);
  }

  /** The same with another bound for the server's hints. */
  public ReconnectPolicy withMaxHint(Duration maxHint) {
    return new ReconnectPolicy(
        attempts, firstDelay, maxDelay, maxHint, stableAfter, replay, buffer);
  }

  /** The same with another time after which a connection is stable. */
  public ReconnectPolicy withStableAfter(Duration stableAfter) {
    return new ReconnectPolicy(
        attempts, firstDelay, maxDelay, maxHint, stableAfter, replay, buffer);
  }

  /** The same with replay, or without. */
  public ReconnectPolicy withReplay(boolean replay) {
    return new ReconnectPolicy(
        attempts, firstDelay, maxDelay, maxHint, stableAfter, replay, buffer);
  }

  /** The same with another buffer. */
  public ReconnectPolicy withBuffer(SendBuffer buffer) {
    return new ReconnectPolicy(
        attempts, firstDelay, maxDelay, maxHint, stableAfter, replay, buffer);
  }

  /** Whether a connection that ended so is dialled again. */
  public boolean retries(WsClosed how) {
    return how.by() != WsClosed.By.US && RETRIED.contains(how.code().value());
  }

  /** Whether a server that answered with this status is asked again. */
  public boolean retries(int status) {
    return status / 100 != 4 || status == 408 || status == 425 || status == 429;
  }

  /**
   * How long to wait before an attempt.
   *
   * @param attempt 1 for the first since a connection was stable
   * @param hint what the server has asked for; null if nothing
   */
  public Duration delayBefore(int attempt, @Nullable Duration hint, RandomGenerator random) {
    long most = maxDelay.toNanos();
    long first = firstDelay.toNanos();
    int doublings = Math.min(attempt - 1, 62);
    long limit = first > most >> doublings ? most : first << doublings;
    Duration drawn = Duration.ofNanos(random.nextLong(limit + 1));
    if (hint == null) {
      return drawn;
    }
    return drawn.plus(hint.compareTo(maxHint) > 0 ? maxHint : hint);
  }

  /** What the server asks for in its Close; null if nothing. */
  static @Nullable Duration hintIn(WsClosed how) {
    if (!HINTING.contains(how.code().value())) {
      return null;
    }
    Matcher found = HINT.matcher(how.reason());
    return found.find() ? Duration.ofSeconds(Long.parseLong(found.group(1))) : null;
  }

  /** What the server asks for in its answer, in seconds; null if nothing, or if it is a date. */
  static @Nullable Duration hintIn(WsHandshakeException answer) {
    String header = answer.headers().first("Retry-After");
    return header != null && header.strip().matches("[0-9]{1,9}")
        ? Duration.ofSeconds(Long.parseLong(header.strip()))
        : null;
  }
}
