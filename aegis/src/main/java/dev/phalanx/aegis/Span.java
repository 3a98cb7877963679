package dev.phalanx.aegis;

import dev.phalanx.aegis.trace.Trace;
import dev.phalanx.aegis.trace.TraceEvent;
import jdk.jfr.EventType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is traced, from its beginning to its end; one object that does nothing while
 * nobody listens. Begun, failed and ended on one thread.
 */
final class Span {
  private static final Logger log = LoggerFactory.getLogger(Trace.class);
  private static final EventType RECORDED = EventType.getEventType(ScopeSpanEvent.class);

  static final Span NONE = new Span(Trace.off(), TraceEvent.Kind.TASK, "", null, 0);

  private final Trace trace;
  private final TraceEvent.Kind kind;
  private final String what;
  private final @Nullable Lifetime life; // null where it is the application's own
  private final int depth;
  private final long start;
  private final @Nullable ScopeSpanEvent recorded;
  private @Nullable Throwable failure;

  private Span(Trace trace, TraceEvent.Kind kind, String what, @Nullable Lifetime life, int depth) {
    this.trace = trace;
    this.kind = kind;
    this.what = what;
    this.life = life;
    this.depth = depth;
    this.recorded = RECORDED.isEnabled() ? new ScopeSpanEvent() : null;
    this.start = System.nanoTime();
    if (recorded != null) {
      recorded.begin();
    }
  }

  /** Begins a span of a lifetime, called as that is. */
  static Span begin(Lifetime life, TraceEvent.Kind kind, int depth) {
    return isWanted(life.environment.trace())
        ? new Span(life.environment.trace(), kind, life.name(), life, depth)
        : NONE;
  }

  /** Begins a span in a lifetime. */
  static Span begin(Lifetime life, TraceEvent.Kind kind, String what, int depth) {
    return isWanted(life.environment.trace())
        ? new Span(life.environment.trace(), kind, what, life, depth)
        : NONE;
  }

  /** Begins a span of the application's own. */
  static Span begin(Trace trace, TraceEvent.Kind kind, String what, int depth) {
    return isWanted(trace) ? new Span(trace, kind, what, null, depth) : NONE;
  }

  private static boolean isWanted(Trace trace) {
    return Listening.perhaps() && (trace.isOn() || RECORDED.isEnabled());
  }

  void failed(Throwable cause) {
    if (this != NONE) {
      failure = cause;
    }
  }

  void end() {
    if (this == NONE) {
      return;
    }
    boolean outlived = life != null && life.isOver(); // the event of its scope was the last
    if (trace.isOn() && !outlived) {
      tell(new TraceEvent(kind, what, scope(), depth, start, System.nanoTime() - start, failure));
    }
    if (recorded != null) {
      record(recorded);
    }
  }

  private long scope() {
    return life == null ? TraceEvent.APPLICATION : life.number;
  }

  private void tell(TraceEvent event) {
    try {
      trace.event(event);
    } catch (RuntimeException | Error e) { // who listens must not stop the work
      log.error("The trace failed at {}", event, e);
    }
  }

  private void record(ScopeSpanEvent event) {
    event.end();
    if (event.shouldCommit()) {
      event.kind = kind.name();
      event.what = what;
      event.scope = scope();
      event.depth = depth;
      event.failure = failure == null ? null : failure.toString();
      event.commit();
    }
  }
}
