package dev.phalanx.aegis.trace;

import org.jspecify.annotations.Nullable;

/**
 * Something that happened, told of when it was over.
 *
 * @param kind what it was
 * @param name what it is called
 * @param scope the number of the unit of work that it belongs to: a request, a connection; {@link
 *     #APPLICATION} if it belongs to none
 * @param depth how many it is inside of, 0 for the unit of work itself
 * @param startNanos when it began, in nanoseconds of {@link System#nanoTime}
 * @param durationNanos how long it took, in nanoseconds
 * @param failure what came out of it, if it failed
 */
public record TraceEvent(
    Kind kind,
    String name,
    long scope,
    int depth,
    long startNanos,
    long durationNanos,
    @Nullable Throwable failure) {
  /** The {@link #scope} of what belongs to the application itself. */
  public static final long APPLICATION = 0;

  /** What can happen. */
  public enum Kind {
    /** A unit of work, from its beginning to its end; the last event of its scope. */
    SCOPE,
    /** A task was run: each attempt is one. */
    TASK,
    /** Tasks ran side by side. */
    GROUP,
    /** A service was made and started. */
    SERVICE_START,
    /** A service was stopped and disposed of. */
    SERVICE_STOP,
    /** The disposal hooks of a scope ran. */
    DISPOSAL
  }
}
