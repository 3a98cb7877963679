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

  static final Span NONE = new Span(Trace.off(), TraceEvent.Kind.TASK, "", 0, 0);

  private final Trace trace;
  private final TraceEvent.Kind kind;
  private final String what;
  private final long scope;
  private final int depth;
  private final long start;
  private final @Nullable ScopeSpanEvent recorded;
  private @Nullable Throwable failure;

  private Span(Trace trace, TraceEvent.Kind kind, String what, long scope, int depth) {
    this.trace = trace;
    this.kind = kind;
    this.what = what;
    this.scope = scope;
    this.depth = depth;
    this.recorded = RECORDED.isEnabled() ? new ScopeSpanEvent() : null;
    this.start = System.nanoTime();
    if (recorded != null) {
      recorded.begin();
    }
  }

  /** Begins a span inside of a scope. */
  static Span begin(Lifetime life, TraceEvent.Kind kind, String what) {
    int depth = kind == TraceEvent.Kind.SCOPE ? 0 : life.depth + 1;
    return begin(life.environment.trace(), kind, what, life.number, depth);
  }

  static Span begin(Trace trace, TraceEvent.Kind kind, String what, long scope, int depth) {
    return trace.isOn() || RECORDED.isEnabled() ? new Span(trace, kind, what, scope, depth) : NONE;
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
    if (trace.isOn()) {
      tell(new TraceEvent(kind, what, scope, depth, start, System.nanoTime() - start, failure));
    }
    if (recorded != null) {
      record(recorded);
    }
  }

  private void tell(TraceEvent event) {
    try {
      trace.event(event);
    } catch (RuntimeException e) { // who listens must not stop the work
      log.error("The trace failed at {}", event, e);
    }
  }

  private void record(ScopeSpanEvent event) {
    event.end();
    if (event.shouldCommit()) {
      event.kind = kind.name();
      event.what = what;
      event.scope = scope;
      event.depth = depth;
      event.failure = failure == null ? null : failure.toString();
      event.commit();
    }
  }
}
