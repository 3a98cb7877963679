package dev.phalanx.aegis.trace;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Collects the events of a unit of work until it has ended, and prints them as a tree. Any thread;
 * the events of one unit are guarded by its own lock.
 */
final class TreeTrace implements Trace {
  /** What a unit of work keeps; a connection may live for days. The rest is counted. */
  private static final int KEPT = 1_000;

  private final Map<Long, Unit> units = new ConcurrentHashMap<>();
  private final Consumer<String> print;

  TreeTrace(Consumer<String> print) {
    this.print = print;
  }

  @Override
  public void event(TraceEvent event) {
    if (event.scope() == TraceEvent.APPLICATION) {
      print.accept(line(event));
    } else if (event.kind() == TraceEvent.Kind.SCOPE) {
      Unit unit = units.remove(event.scope());
      print.accept((unit == null ? new Unit() : unit).tree(event));
    } else {
      units.computeIfAbsent(event.scope(), number -> new Unit()).add(event);
    }
  }

  private static final class Unit {
    private final List<TraceEvent> events = new ArrayList<>(); // guarded by this
    private long more; // guarded by this

    synchronized void add(TraceEvent event) {
      if (events.size() < KEPT) {
        events.add(event);
      } else {
        more++;
      }
    }

    /** An event is told of when it is over: by their beginnings they are in the tree's order. */
    synchronized String tree(TraceEvent whole) {
      StringBuilder tree = new StringBuilder(line(whole));
      events.stream()
          .sorted(
              Comparator.comparingLong((TraceEvent e) -> e.startNanos() - whole.startNanos())
                  .thenComparingInt(TraceEvent::depth))
          .forEach(
              event -> tree.append('\n').append("  ".repeat(event.depth())).append(line(event)));
      if (more > 0) {
        tree.append("\n  and ").append(more).append(" more");
      }
      return tree.toString();
    }
  }

  private static String line(TraceEvent event) {
    String what = event.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String took = String.format(Locale.ROOT, "%.3f ms", event.durationNanos() / 1e6);
    String failed = event.failure() == null ? "" : "  failed: " + event.failure();
    return what + " " + event.name() + "  " + took + failed;
  }
}
