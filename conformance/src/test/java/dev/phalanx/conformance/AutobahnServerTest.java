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
  private static final Path REPORTS = Autobahn.MODULE.resolve("target/autobahn/server");

  @Test
  @Timeout(value = 15, unit = MINUTES)
  void everyCaseEndsAsExpected() throws Exception {
    Autobahn suite = new Autobahn(REPORTS, 300);
    try (RunningServer server = Demo.start("127.0.0.1", 0)) {
      var mirror = URI.create("ws://127.0.0.1:%d/ws/mirror".formatted(server.port()));

      var differences =
          Differences.between(Expectations.PROTOCOL.outcomes(), suite.fuzzServer(mirror));

      assertThat(differences.isEmpty())
          .withFailMessage(() -> suite.complaint(Expectations.PROTOCOL.file(), differences))
          .isTrue();
    }
  }
}
