package dev.phalanx.conformance;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The suite's fuzzing server against our client: needs Debian and takes a while. */
@Tag("autobahn")
final class AutobahnClientTest {
  private static final Path REPORTS = Autobahn.MODULE.resolve("target/autobahn/client");

  @Test
  @Timeout(value = 15, unit = MINUTES)
  void everyCaseEndsAsExpected() throws Exception {
    Autobahn suite = new Autobahn(REPORTS, 300);

    var differences =
        Differences.between(
            Expectations.PROTOCOL.outcomes(), suite.fuzzClient(MirrorClient.plain()));

    assertThat(differences.isEmpty())
        .withFailMessage(() -> suite.complaint(Expectations.PROTOCOL.file(), differences))
        .isTrue();
  }
}
