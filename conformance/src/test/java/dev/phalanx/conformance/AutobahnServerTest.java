package dev.phalanx.conformance;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.examples.Demo;
import dev.phalanx.stoa.RunningServer;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The suite's fuzzing client against the demo server's mirror: needs Debian and takes a while. */
@Tag("autobahn")
final class AutobahnServerTest {

  /** Surefire says where the module is; an IDE runs tests in it. */
  private static final Path MODULE = Path.of(System.getProperty("basedir", "")).toAbsolutePath();

  static final Path EXPECTATIONS = MODULE.resolve("src/test/resources/expectations.json");

  @Test
  @Timeout(value = 15, unit = MINUTES)
  void everyCaseEndsAsExpected() throws Exception {
    Path reports = MODULE.resolve("target/autobahn/server");
    try (RunningServer server = Demo.start("127.0.0.1", 0)) {
      var mirror = URI.create("ws://127.0.0.1:%d/ws/mirror".formatted(server.port()));
      new Autobahn(MODULE).fuzz(mirror, reports);
    }

    Outcomes outcomes = Outcomes.ofRun(reports.resolve("index.json"));
    outcomes.write(reports.resolve("outcomes.json"));

    Differences differences = Differences.between(Outcomes.expected(EXPECTATIONS), outcomes);
    assertThat(differences.isEmpty())
        .withFailMessage(() ->
            "The server differs from %s:%n%sThe report: %s"
                .formatted(
                    MODULE.relativize(EXPECTATIONS),
                    differences,
                    reports.resolve("index.html").toUri()))
        .isTrue();
  }
}
