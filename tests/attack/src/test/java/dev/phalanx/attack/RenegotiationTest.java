package dev.phalanx.attack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MINUTES;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client of TLS 1.2 asks for a new handshake, again and again: it is refused. Needs OpenSSL. */
@Tag("attack")
@Timeout(value = 3, unit = MINUTES)
class RenegotiationTest {
  private static final Pattern HANDSHAKE = Pattern.compile("verify return:");

  @TempDir private Path folder;

  @Test
  void a_second_handshake_on_a_connection_is_refused() throws Exception {
    hasOpenSsl();
    Certificate certificate = Certificate.make(folder);
    try (AttackedProcess server = AttackedProcess.described().overTls(certificate).start()) {
      long one = handshakes(server, 0);
      assertThat(one).as("lines of one handshake").isPositive();

      assertThat(handshakes(server, 20)).isEqualTo(one);

      server.servesNewConnections(20);
    }
  }

  private static void hasOpenSsl() throws InterruptedException {
    try {
      new ProcessBuilder("openssl", "version").start().waitFor();
    } catch (IOException e) {
      String missing = "there is no `openssl` on the PATH";
      assertThat(System.getenv("CI")).as(missing).isNull();
      Assumptions.abort(missing);
    }
  }

  /** How many lines a client says of its handshakes, when it asks for so many more. */
  private static long handshakes(AttackedProcess server, int more) throws Exception {
    Process client =
        new ProcessBuilder(
                "openssl",
                "s_client",
                "-tls1_2",
                "-connect",
                "127.0.0.1:" + server.endpoint().port())
            .redirectErrorStream(true)
            .start();
    try (Writer keys = client.outputWriter()) {
      for (int i = 0; i < more; i++) {
        keys.append("R\n").flush(); // asks for a handshake, alone on its line
      }
      if (more == 0) {
        keys.append("Q\n").flush(); // leaves
      }
    } catch (IOException gone) {
      // the server has closed the connection
    }
    String said = new String(client.getInputStream().readAllBytes(), UTF_8);
    assertThat(client.waitFor(20, SECONDS)).as("openssl has ended").isTrue();
    return HANDSHAKE.matcher(said).results().count();
  }
}
