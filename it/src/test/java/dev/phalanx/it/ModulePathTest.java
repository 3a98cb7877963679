package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The published modules as modules: on the module path of another JVM, with an application. */
class ModulePathTest {
  /** What an application's build puts on the module path: nothing of examples, tests or tools. */
  private static final String LIBRARIES =
      "phalanx-(?!examples|cli|it-).*|netty-.*|jackson-.*|slf4j-.*|jspecify-.*";

  private static final String OPENS = "opens it.app to dev.phalanx.aegis;";

  private static final Map<String, String> SOURCES =
      Map.of(
          "module-info.java",
          """
          module it.app {
            requires dev.phalanx.hermes;
            requires dev.phalanx.stoa;
            %s
          }
          """,
          "it/app/Echo.java",
          """
          package it.app;

          import dev.phalanx.hermes.*;

          final class Echo implements WsHandler {
            private final WsGateway gateway;

            Echo(WsGateway gateway) {
              this.gateway = gateway;
            }

            @Override
            public void handle(WsScope scope) {
              gateway.register(scope.connection());
              for (WsMessage message : scope.connection().inbound()) {
                if (message.text().startsWith("{")) {
                  message.decode(Note.class);
                }
                scope.connection().sendText(gateway.count() + " connected, said " + message.text());
              }
            }
          }
          """,
          "it/app/Note.java",
          """
          package it.app;

          record Note(String title) {}
          """,
          "it/app/Main.java",
          """
          package it.app;

          import dev.phalanx.aegis.Application;
          import dev.phalanx.hermes.WsRouteGroup;
          import dev.phalanx.http.Response;
          import dev.phalanx.stoa.RouteGroup;
          import dev.phalanx.stoa.Runner;

          public final class Main {
            public static void main(String[] arguments) throws Exception {
              var ws = WsRouteGroup.builder().route("/ws/echo", Echo.class).build();
              var http =
                  RouteGroup.builder()
                      .get("/note", s -> Response.json(new Note("tea")))
                      .post("/note", s -> Response.text(s.request().json(Note.class).title()))
                      .build();
              try (var app = Application.starting().compile();
                  var server =
                      Runner.from(app).withRoutes(http).withWebsockets(ws).start("127.0.0.1", 0)) {
                System.out.println(server.port());
                System.in.read();
                System.out.println(io());
              }
            }

            /** Whose frames are on the stacks of the event loops. */
            private static String io() {
              while (true) {
                for (var stack : Thread.getAllStackTraces().values()) {
                  for (var frame : stack) {
                    if (frame.getClassName().matches("io.netty.channel\\\\..*IoHandler")) {
                      return frame.getModuleName() + " " + frame.getClassName();
                    }
                  }
                }
              }
            }
          }
          """);

  @TempDir private Path folder;

  private static String modulePath;

  @BeforeAll
  static void findModules() {
    modulePath = ModulePath.of(LIBRARIES);
  }

  // ---- the application ----

  /** Compiles it; gives the folder of its classes. */
  private Path compile(String opens) throws IOException {
    List<File> files = new ArrayList<>();
    for (Map.Entry<String, String> source : SOURCES.entrySet()) {
      Path file = folder.resolve("src").resolve(source.getKey());
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue().replace("%s", opens));
      files.add(file.toFile());
    }
    Path classes = folder.resolve("classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(
                  complaints,
                  manager,
                  null,
                  List.of("--module-path", modulePath, "-d", classes.toString(), "-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromFiles(files))
              .call();
      assertThat(compiled).as(complaints.toString()).isTrue();
    }
    return classes;
  }

  /** Runs it, with the native I/O of this machine if there is any. */
  private Process run(Path classes) throws IOException {
    return run(classes, isLinux());
  }

  private Process run(Path classes, boolean withEpoll) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Command.SHORT_LIVED);
    command.addAll(List.of("--module-path", classes + File.pathSeparator + modulePath));
    // One line an event, as a program would have it.
    command.add("-Djava.util.logging.SimpleFormatter.format=%4$s %5$s%6$s%n");
    if (withEpoll) {
      // Optional, so nothing that the application requires would bring them along.
      String nativeIo = "io.netty.transport.classes.epoll,io.netty.transport.epoll.linux." + arch();
      command.addAll(List.of("--add-modules", nativeIo));
      command.add("--enable-native-access=io.netty.common");
    }
    command.addAll(List.of("--module", "it.app/it.app.Main"));
    return new ProcessBuilder(command).redirectError(errors().toFile()).start();
  }

  private Path errors() {
    return folder.resolve("stderr");
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux");
  }

  private static String arch() {
    return System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64";
  }

  // ---- the tests ----

  @Test
  void every_published_module_has_a_descriptor_and_a_name_of_the_house() {
    Path[] entries =
        Arrays.stream(modulePath.split(File.pathSeparator)).map(Path::of).toArray(Path[]::new);

    List<String> names =
        ModuleFinder.of(entries).findAll().stream()
            .map(ModuleReference::descriptor)
            .filter(module -> !module.isAutomatic())
            .map(ModuleDescriptor::name)
            .filter(name -> name.startsWith("dev.phalanx"))
            .toList();

    assertThat(names)
        .containsExactlyInAnyOrder(
            "dev.phalanx.aegis",
            "dev.phalanx.hermes",
            "dev.phalanx.hermes.client",
            "dev.phalanx.http",
            "dev.phalanx.rfc6455",
            "dev.phalanx.stoa",
            "dev.phalanx.styx",
            "dev.phalanx.testkit",
            "dev.phalanx.transport",
            "dev.phalanx.transport.memory");
  }

  @Test
  void an_application_that_opens_its_package_is_served_with_the_gateway_that_comes_along()
      throws Exception {
    Process app = run(compile(OPENS));
    try (BufferedReader out = app.inputReader()) {
      String port = out.readLine();
      assertThat(port).as(Files.readString(errors())).isNotNull();
      try (JdkClient alice = JdkClient.at(URI.create("ws://127.0.0.1:" + port + "/ws/echo"))) {
        alice.says("hello").hears("1 connected, said hello");

        app.outputWriter().append('\n').flush();

        assertThat(out.readLine())
            .isEqualTo(
                isLinux()
                    ? "io.netty.transport.classes.epoll io.netty.channel.epoll.EpollIoHandler"
                    : "io.netty.transport io.netty.channel.nio.NioIoHandler");
        alice.hearsClose(1001, "the server is going down");
      }
      assertThat(app.waitFor(20, SECONDS)).isTrue();
      assertThat(app.exitValue()).isZero();
      assertThat(Files.readAllLines(errors()))
          .satisfiesExactly(
              line -> assertThat(line).matches(isLinux() ? "INFO I/O: epoll" : "INFO I/O: NIO.*"),
              line -> assertThat(line).startsWith("WARNING Requests may name any host"));
    } finally {
      app.destroyForcibly();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void an_application_without_the_modules_of_epoll_is_told_so_and_what_to_add() throws Exception {
    Process app = run(compile(OPENS), false);
    try (BufferedReader out = app.inputReader()) {
      assertThat(out.readLine()).as(Files.readString(errors())).isNotNull();
      app.outputWriter().append('\n').flush();

      assertThat(out.readLine()).isEqualTo("io.netty.transport io.netty.channel.nio.NioIoHandler");
      assertThat(app.waitFor(20, SECONDS)).isTrue();
      assertThat(Files.readAllLines(errors()).getFirst())
          .isEqualTo(
              "INFO I/O: NIO; epoll is not available: its classes are not there; add --add-modules"
                  + " io.netty.transport.classes.epoll,io.netty.transport.epoll.linux."
                  + arch());
    } finally {
      app.destroyForcibly();
    }
  }

  @Test
  void an_application_that_does_not_open_its_package_is_told_what_to_add() throws Exception {
    Process app = run(compile(""));
    try {
      assertThat(app.waitFor(30, SECONDS)).isTrue();

      assertThat(app.exitValue()).isEqualTo(1);
      assertThat(Files.readString(errors()))
          .contains("Route \"WS /ws/echo\": it.app.Echo is in module it.app")
          .contains("add \"opens it.app to dev.phalanx.aegis;\" to its module-info.java");
    } finally {
      app.destroyForcibly();
    }
  }

  @Test
  void a_record_in_a_package_that_json_may_not_enter_is_the_applications_mistake_not_the_peers()
      throws Exception {
    Process app = run(compile(OPENS));
    try (BufferedReader out = app.inputReader();
        HttpClient http = HttpClient.newHttpClient()) {
      String port = out.readLine();
      assertThat(port).as(Files.readString(errors())).isNotNull();
      URI note = URI.create("http://127.0.0.1:" + port + "/note");
      HttpRequest reading = HttpRequest.newBuilder(note).build();
      HttpRequest writing =
          HttpRequest.newBuilder(note).POST(BodyPublishers.ofString("{\"title\":\"tea\"}")).build();
      assertThat(http.send(reading, BodyHandlers.discarding()).statusCode()).isEqualTo(500);
      assertThat(http.send(writing, BodyHandlers.discarding()).statusCode()).isEqualTo(500);
      try (JdkClient alice = JdkClient.at(URI.create("ws://127.0.0.1:" + port + "/ws/echo"))) {
        alice.says("{\"title\":\"tea\"}").hearsClose(1011);
      }
      app.outputWriter().append('\n').flush();
      assertThat(app.waitFor(20, SECONDS)).isTrue();

      String toAdd =
          "it.app.Note is in module it.app, which must open its package for JSON:"
              + " add \"opens it.app to tools.jackson.databind;\" to its module-info.java";
      assertThat(Files.readAllLines(errors()))
          .filteredOn(line -> line.startsWith("java.lang.IllegalArgumentException: a it.app.Note"))
          .hasSize(3)
          .allSatisfy(line -> assertThat(line).endsWith(toAdd));
    } finally {
      app.destroyForcibly();
    }
  }

  @Test
  void a_record_in_a_package_that_is_open_to_json_is_read_and_written() throws Exception {
    Process app = run(compile("opens it.app to dev.phalanx.aegis, tools.jackson.databind;"));
    try (BufferedReader out = app.inputReader();
        HttpClient http = HttpClient.newHttpClient()) {
      URI note = URI.create("http://127.0.0.1:" + out.readLine() + "/note");
      HttpRequest reading = HttpRequest.newBuilder(note).build();
      HttpRequest writing =
          HttpRequest.newBuilder(note)
              .POST(BodyPublishers.ofString("{\"title\":\"cake\"}"))
              .build();

      assertThat(http.send(reading, BodyHandlers.ofString()).body())
          .isEqualTo("{\"title\":\"tea\"}");
      assertThat(http.send(writing, BodyHandlers.ofString()).body()).isEqualTo("cake");
    } finally {
      app.destroyForcibly();
    }
  }
}
