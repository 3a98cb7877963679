package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who begins to listen is heard, however late; each in a process of its own, in which nobody has
 * listened before.
 */
class ListeningTest {
  private static final int ENOUGH_TO_BE_COMPILED = 50_000;

  @TempDir Path folder;

  @Test
  void flight_recorder_gets_spans_of_what_was_compiled_when_it_did_not_run() throws Exception {
    Path file = folder.resolve("late.jfr");

    assertThat(outputOf(List.of(), Late.class, file.toString())).isEqualTo("false true");

    assertThat(tasksIn(file)).containsExactly("last");
  }

  @Test
  void flight_recorder_gets_spans_if_it_runs_from_the_beginning() throws Exception {
    Path file = folder.resolve("early.jfr");
    String recorded =
        "-XX:StartFlightRecording:dev.phalanx.aegis.Span#threshold=0ns,dumponexit=true,filename="
            + file;

    assertThat(outputOf(List.of(recorded), Early.class)).contains("true");

    assertThat(tasksIn(file)).containsExactly("first");
  }

  @Test
  void a_trace_of_one_application_hears_nothing_of_another() throws Exception {
    assertThat(outputOf(List.of(), Traced.class)).isEqualTo("false [heard] true");
  }

  static final class Late {
    public static void main(String... arguments) throws Exception {
      Application application = Application.starting().compile();
      for (int i = 0; i < ENOUGH_TO_BE_COMPILED; i++) {
        run(application, "before");
      }
      System.out.print(Listening.perhaps());
      try (Recording recording = new Recording()) {
        recording.enable("dev.phalanx.aegis.Span").withoutThreshold();
        recording.start();
        run(application, "last");
        recording.stop();
        recording.dump(Path.of(arguments[0]));
      }
      System.out.print(" " + Listening.perhaps());
    }
  }

  static final class Early {
    public static void main(String... arguments) throws Exception {
      run(Application.starting().compile(), "first");
      System.out.print(Listening.perhaps());
    }
  }

  static final class Traced {
    public static void main(String... arguments) throws Exception {
      Application silent = Application.starting().compile();
      for (int i = 0; i < ENOUGH_TO_BE_COMPILED; i++) {
        run(silent, "silent");
      }
      System.out.print(Listening.perhaps() + " ");
      List<String> heard = new ArrayList<>();
      Application traced =
          Application.starting()
              .trace(event -> {
                if (event.name().equals("heard") || event.name().equals("silent")) {
                  heard.add(event.name());
                }
              })
              .compile();
      run(silent, "silent");
      run(traced, "heard");
      System.out.print(heard + " " + Listening.perhaps());
    }
  }

  private static void run(Application application, String task) throws Exception {
    try (OwnedScope scope = application.openScope("scope")) {
      scope.execute(Task.of(task, here -> 1));
    }
  }

  private static List<String> tasksIn(Path file) throws IOException {
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("dev.phalanx.aegis.Span"))
        .filter(event -> event.getString("kind").equals("TASK"))
        .map((RecordedEvent event) -> event.getString("what"))
        .toList();
  }

  private static String outputOf(List<String> options, Class<?> main, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      String output = new String(process.getInputStream().readAllBytes());
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).describedAs(output).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }

  /** On a module path, too: the classes are where they came from. */
  private static String classPath() {
    return String.join(
        java.io.File.pathSeparator,
        System.getProperty("java.class.path"),
        System.getProperty("jdk.module.path", ""));
  }
}
