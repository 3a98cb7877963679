package dev.phalanx.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The cases in which a run isn't as expected, in the suite's order. */
record Differences(
    List<String> worse, List<String> better, List<String> missing, List<String> unexpected) {

  static Differences between(Outcomes expected, Outcomes actual) {
    var worse = new ArrayList<String>();
    var better = new ArrayList<String>();
    var missing = new ArrayList<String>();
    for (Map.Entry<String, Outcome> entry : expected.byCase().entrySet()) {
      String id = entry.getKey();
      Outcome wanted = entry.getValue();
      @Nullable Outcome got = actual.byCase().get(id);
      if (got == null) {
        missing.add(id);
      } else if (!got.equals(wanted)) {
        (got.isWorseThan(wanted) ? worse : better)
            .add("%s: %s (expected %s)".formatted(id, got, wanted));
      }
    }
    var unexpected = new ArrayList<>(actual.byCase().keySet());
    unexpected.removeAll(expected.byCase().keySet());
    return new Differences(worse, better, missing, unexpected);
  }

  boolean isEmpty() {
    return worse.isEmpty() && better.isEmpty() && missing.isEmpty() && unexpected.isEmpty();
  }

  /** For the reader of a failed build: a paragraph for each way of being different. */
  @Override
  public String toString() {
    return paragraph("worse than expected", worse, "\n    ")
        + paragraph("better than expected, so raise the expectations", better, "\n    ")
        + paragraph("expected, but not in the report", missing, " ")
        + paragraph("in the report, but not expected", unexpected, " ");
  }

  private static String paragraph(String title, List<String> cases, String separator) {
    return cases.isEmpty()
        ? ""
        : "  %s (%d):%s%s%n"
            .formatted(title, cases.size(), separator, String.join(separator, cases));
  }
}
