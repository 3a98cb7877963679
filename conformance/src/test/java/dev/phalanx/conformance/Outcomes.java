package dev.phalanx.conformance;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The outcome of each case, by its id and in the suite's order: of a run, or as expected of one.
 */
record Outcomes(SortedMap<String, Outcome> byCase) {

  private static final JsonMapper JSON = new JsonMapper();

  /** So that 6.10.1 comes after 6.9.4. */
  private static final Comparator<String> SUITE_ORDER =
      Comparator.comparing(
          id -> Stream.of(id.split("\\.")).mapToInt(Integer::parseInt).toArray(), Arrays::compare);

  static Outcomes of(Map<String, Outcome> byCase) {
    var sorted = new TreeMap<String, Outcome>(SUITE_ORDER);
    sorted.putAll(byCase);
    return new Outcomes(Collections.unmodifiableSortedMap(sorted));
  }

  static Outcomes expected(Path file) {
    return of(JSON.readValue(file, new TypeReference<Map<String, Outcome>>() {}));
  }

  /**
   * Reads the suite's {@code index.json}, which has the cases of each agent (here one), or no agent
   * at all when the first connection failed.
   */
  static Outcomes ofRun(Path index) {
    var byAgent = JSON.readValue(index, new TypeReference<Map<String, Map<String, Outcome>>>() {});
    var byCase = new TreeMap<String, Outcome>();
    byAgent.values().forEach(byCase::putAll);
    return of(byCase);
  }

  /** Writes what {@link #expected} reads, one case a line. */
  void write(Path file) throws IOException {
    Files.writeString(
        file,
        byCase.entrySet().stream()
            .map(e -> "  \"" + e.getKey() + "\": " + JSON.writeValueAsString(e.getValue()))
            .collect(joining(",\n", "{\n", "\n}\n")));
  }
}
