package dev.phalanx.attack;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** For a while the process can create no thread; afterwards all are served. */
@Tag("attack")
@Timeout(value = 3, unit = MINUTES)
@EnabledOnOs(OS.LINUX)
class NoThreadsTest {
  /**
   * The kernel limits no user 0. So root's process is another user's, who may read all files, since
   * those of the class path may be root's alone.
   */
  private static final List<String> AS_A_USER =
      "root".equals(System.getProperty("user.name"))
          ? List.of(
              "setpriv",
              "--reuid=65534",
              "--regid=65534",
              "--clear-groups",
              "--inh-caps=-all,+dac_override",
              "--ambient-caps=-all,+dac_override")
          : List.of();

  /** Sets the soft limit of a user's threads: with 1, none can be created. */
  private static void limitThreads(AttackedProcess server, String limit) throws Exception {
    List<String> command = new ArrayList<>(AS_A_USER);
    command.addAll(List.of("prlimit", "--pid", "" + server.pid(), "--nproc=" + limit + ":"));
    Process prlimit = new ProcessBuilder(command).inheritIO().start();
    assertThat(prlimit.waitFor()).as("prlimit").isZero();
  }

  @Test
  void after_a_lack_of_threads_all_are_served() throws Exception {
    List<RawPeer> echoes = new ArrayList<>();
    List<RawPeer> computing = new ArrayList<>();
    try (AttackedProcess server = AttackedProcess.described().launchedBy(AS_A_USER).start()) {
      for (int i = 0; i < 8; i++) {
        echoes.add(server.connect().opens("/ws/echo"));
        computing.add(server.connect().opens("/ws/blocking"));
      }
      String usual = server.does("limit");
      limitThreads(server, "1");
      try (Talkers talkers = new Talkers(server.endpoint(), 6)) {
        for (RawPeer peer : computing) {
          peer.says("compute 400"); // handlers hold all carriers, and no thread takes their place
        }
        computing.getFirst().hears("done compute");
        limitThreads(server, usual);
        for (RawPeer peer : computing.subList(1, computing.size())) {
          peer.hears("done compute");
        }
        for (RawPeer echo : echoes) {
          assertThat(echo.asks("again")).isEqualTo("again");
        }
      } catch (IOException e) {
        throw new AssertionError(server.diagnosis(), e);
      }
      server.servesNewConnections(20);
    } finally {
      for (RawPeer peer : echoes) {
        peer.close();
      }
      for (RawPeer peer : computing) {
        peer.close();
      }
    }
  }
}
