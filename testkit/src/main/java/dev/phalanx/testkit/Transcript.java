package dev.phalanx.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Who said what, and when by the virtual clock: one column for each side. */
final class Transcript {
  /** So many lines are kept: the last ones. */
  private static final int MAX_LINES = 200;

  private static final int WIDTH = 44;

  private final List<Line> lines = new ArrayList<>();
  private int dropped;

  /** One thing that was said. */
  private record Line(double seconds, boolean client, String what) {}

  void client(long nanos, String what) {
    add(new Line(nanos / 1e9, true, what));
  }

  void server(long nanos, String what) {
    add(new Line(nanos / 1e9, false, what));
  }

  private void add(Line line) {
    if (lines.size() == MAX_LINES) {
      lines.removeFirst();
      dropped++;
    }
    lines.add(line);
  }

  @Override
  public String toString() {
    String head = "%12s%-" + WIDTH + "s%s";
    return String.format(head, "", "client", "server")
        + (dropped == 0 ? "" : "\n  (" + dropped + " lines before)")
        + lines.stream().map(Transcript::shown).collect(Collectors.joining());
  }

  private static String shown(Line line) {
    String indent = line.client ? "" : " ".repeat(WIDTH);
    return String.format("\n%8.3f s  ", line.seconds) + indent + line.what;
  }
}
