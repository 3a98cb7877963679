package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.cli.Hermes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A run of the {@code hermes} command that has ended.
 *
 * @param status what the process ends with
 * @param out what is on standard output
 * @param errors what is on standard error; in this process, without what is logged
 */
record Command(int status, String out, String errors) {
  /** For a JVM that lives for a second: else it spends that on a compiler and a collector. */
  static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  /**
   * The command line of a process of its own. Where the command's class is: in {@code hermes.jar},
   * once that is built.
   *
   * @param options more of them for the JVM
   */
  static List<String> line(List<String> options, String... arguments) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path code = Path.of(Hermes.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> command = new ArrayList<>(List.of(java.toString()));
    command.addAll(SHORT_LIVED);
    command.addAll(options);
    command.addAll(
        code.toString().endsWith(".jar")
            ? List.of("-jar", code.toString())
            : List.of(
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Hermes.class.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** The same without more options. */
  static List<String> line(String... arguments) throws Exception {
    return line(List.of(), arguments);
  }

  /** Runs it in this process: the same code, but for {@code main}, and no JVM to wait for. */
  static Command here(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter errors = new StringWriter();
    int status = Hermes.run(new PrintWriter(out), new PrintWriter(errors), arguments);
    return new Command(status, out.toString(), errors.toString());
  }

  /** Waits for the end of a process whose standard error is a file. */
  static Command ended(Process process, Path errors) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, SECONDS)).as("has ended").isTrue();
    return new Command(process.exitValue(), out, Files.readString(errors));
  }
}
