package dev.phalanx.it;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A run of {@code hermes bench} that has ended. */
record Benched(int status, String out, String errors) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static Benched of(Command ended) {
    return new Benched(ended.status(), ended.out(), ended.errors());
  }

  /** Runs it in this process. */
  static Benched here(List<String> arguments) {
    return of(
        Command.here(Stream.concat(Stream.of("bench"), arguments.stream()).toArray(String[]::new)));
  }

  /** The result, if it was asked for as JSON. */
  JsonNode json() {
    return JSON.readTree(out);
  }

  long count() {
    return json().get("count").asLong();
  }

  /** The kinds of error with their counts. */
  Map<?, ?> faults() {
    return JSON.convertValue(json().get("errors"), Map.class);
  }
}
