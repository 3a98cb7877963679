package dev.phalanx.conformance;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.examples.Demo;
import dev.phalanx.stoa.RunningServer;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The 216 cases of permessage-deflate, in both roles: groups 12 and 13 of an edition that isn't
 * fetched, but named by {@code AUTOBAHN_WSTEST}.
 */
@Tag("autobahn-compression")
@Timeout(value = 60, unit = MINUTES)
final class AutobahnCompressionTest {
  private static final Path REPORTS = Autobahn.MODULE.resolve("target/autobahn");
  private static final int LIMIT_SECONDS = 3_000;

  @BeforeAll
  static void an_edition_with_compression_is_there() {
    assertThat(System.getenv("AUTOBAHN_WSTEST"))
        .as("AUTOBAHN_WSTEST, the command wstest of an edition with groups 12 and 13")
        .isNotBlank();
  }

  @Test
  void everyCaseEndsAsExpectedOfTheServer() throws Exception {
    Autobahn suite =
        new Autobahn(REPORTS.resolve("server-compression"), LIMIT_SECONDS, "12.*", "13.*");
    try (RunningServer server = Demo.start("127.0.0.1", 0)) {
      var mirror = URI.create("ws://127.0.0.1:%d/ws/mirror/deflate".formatted(server.port()));

      check(suite, suite.fuzzServer(mirror));
    }
  }

  @Test
  void everyCaseEndsAsExpectedOfTheClient() throws Exception {
    Autobahn suite =
        new Autobahn(REPORTS.resolve("client-compression"), LIMIT_SECONDS, "12.*", "13.*");

    check(suite, suite.fuzzClient(MirrorClient.compressing()));
  }

  private static void check(Autobahn suite, Outcomes outcomes) {
    var differences = Differences.between(Expectations.COMPRESSION.outcomes(), outcomes);
    assertThat(differences.isEmpty())
        .withFailMessage(() -> suite.complaint(Expectations.COMPRESSION.file(), differences))
        .isTrue();
  }
}
