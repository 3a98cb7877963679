package dev.phalanx.cli.bench;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What went wrong, counted by kind. Any thread. */
final class Faults {
  /** A server may put anything into a reason: so many kinds are told apart. */
  private static final int MAX_KINDS = 32;

  private static final String OTHER = "other";

  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

  void count(String kind) {
    count(kind, 1);
  }

  void count(String kind, long times) {
    LongAdder known = counts.get(kind);
    if (known == null) {
      String counted = counts.size() < MAX_KINDS ? kind : OTHER;
      known = counts.computeIfAbsent(counted, any -> new LongAdder());
    }
    known.add(times);
  }

  long total() {
    return counts.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** The kinds with their counts, the most frequent first. */
  Map<String, Long> byKind() {
    return counts.entrySet().stream()
        .map(entry -> Map.entry(entry.getKey(), entry.getValue().sum()))
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
  }
}
