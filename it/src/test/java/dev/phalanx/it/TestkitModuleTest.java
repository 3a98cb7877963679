package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The testkit as a module, on the module path of another JVM, where JUnit isn't. */
class TestkitModuleTest {
  private static final String LIBRARIES =
      "phalanx-(?!examples|cli|it-).*|netty-.*|jackson-.*|slf4j-.*|jspecify-.*";

  /** javac asks for what a module requires statically; the JVM doesn't. */
  private static final String JUNIT =
      "|junit-jupiter-api-.*|junit-platform-commons-.*|opentest4j-.*|apiguardian-.*";

  private static final Map<String, String> SOURCES =
      Map.of(
          "module-info.java",
          """
          module it.tests {
            requires dev.phalanx.testkit;
          }
          """,
          "it/tests/Main.java",
          """
          package it.tests;

          import dev.phalanx.hermes.WsGateway;
          import dev.phalanx.hermes.WsRouteGroup;
          import dev.phalanx.testkit.Conversation;
          import dev.phalanx.testkit.TestServer;
          import java.time.Duration;

          public final class Main {
            public static void main(String[] arguments) {
              var ws =
                  WsRouteGroup.builder()
                      .route(
                          "/late",
                          scope -> {
                            scope.service(WsGateway.class).register(scope.connection());
                            scope.delay(Duration.ofHours(1));
                            scope.connection().sendText("late");
                          })
                      .build();
              try (TestServer server = TestServer.inMemory(r -> r.withWebsockets(ws))) {
                Conversation talk = server.opens("/late").hearsNothing();
                talk.timePasses(Duration.ofHours(1)).hears("late").hearsClose(1000);
              }
              System.out.println("as expected, in " + Main.class.getModule());
            }
          }
          """);

  @TempDir private Path folder;

  private static String modulePath;

  @BeforeAll
  static void findModules() {
    modulePath = ModulePath.of(LIBRARIES);
  }

  private Path compile() throws Exception {
    List<File> files = new ArrayList<>();
    for (Map.Entry<String, String> source : SOURCES.entrySet()) {
      Path file = folder.resolve("src").resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
      files.add(file.toFile());
    }
    Path classes = folder.resolve("classes");
    List<String> options =
        List.of("--module-path", ModulePath.of(LIBRARIES + JUNIT), "-d", classes.toString());
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      var sources = manager.getJavaFileObjectsFromFiles(files);
      boolean compiled = compiler.getTask(complaints, manager, null, options, null, sources).call();
      assertThat(compiled).as(complaints.toString()).isTrue();
    }
    return classes;
  }

  @Test
  void a_conversation_in_memory_needs_the_module_and_no_junit() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Path said = folder.resolve("said");
    Process tests =
        new ProcessBuilder(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "--module-path",
                compile() + File.pathSeparator + modulePath,
                "--module",
                "it.tests/it.tests.Main")
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertThat(tests.waitFor(40, SECONDS)).isTrue();
      assertThat(Files.readString(said)).isEqualTo("as expected, in module it.tests\n");
      assertThat(tests.exitValue()).isZero();
    } finally {
      tests.destroyForcibly();
    }
  }
}
