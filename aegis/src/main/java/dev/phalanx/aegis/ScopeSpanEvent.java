package dev.phalanx.aegis;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** The same as a {@link dev.phalanx.aegis.trace.TraceEvent}, for Flight Recorder. */
@Name("dev.phalanx.aegis.Span")
@Label("Scope Span")
@Category({"Hermes", "Scopes"})
@Description("A unit of work, a task, a group of tasks, a service's start or stop, a disposal")
@StackTrace(false)
final class ScopeSpanEvent extends Event {
  @Label("Kind")
  @Nullable String kind;

  @Label("What")
  @Nullable String what;

  @Label("Scope")
  long scope;

  @Label("Depth")
  int depth;

  @Label("Failure")
  @Nullable String failure;
}
