package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A run of {@code hermes bench} that has ended. */
record BenchProcess(int status, String out, String errors) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Runs it, with what it says in a folder. */
  static BenchProcess run(Path folder, String... arguments) throws Exception {
    List<String> command = CommandLineTest.launch();
    command.add("bench");
    command.addAll(List.of(arguments));
    Path errors = folder.resolve("stderr");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, SECONDS)).as("has ended").isTrue();
    return new BenchProcess(process.exitValue(), out, Files.readString(errors));
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
