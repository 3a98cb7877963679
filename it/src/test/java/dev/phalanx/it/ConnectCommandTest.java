package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code hermes connect}, as a process of its own, with its input piped; once in a terminal. */
class ConnectCommandTest {
  private static Serving serving;

  @TempDir private Path folder;

  @BeforeAll
  static void a_server_is_there() throws Exception {
    WsHandler mirror =
        scope -> {
          for (WsMessage msg : scope.connection().inbound()) {
            scope.connection().send(msg);
          }
        };
    WsHandler strict = scope -> scope.connection().close(WsCloseCode.POLICY_VIOLATION, "not you");
    WsHandler introduced =
        scope -> {
          scope.connection().sendText("subprotocol " + scope.connection().subprotocol());
          scope.connection().sendText("from " + scope.request().header("X-From"));
        };
    serving =
        Serving.websockets(routes ->
            routes
                .route("/mirror", mirror)
                .route("/strict", strict)
                .route("/introduced", introduced, WsConfig.defaults().withSubprotocols("b")));
  }

  @AfterAll
  static void and_goes() {
    serving.close();
  }

  private record Ended(int status, String out, String errors) {}

  private Ended hermes(String input, String... arguments) throws Exception {
    List<String> command = CommandLineTest.launch();
    command.add("connect");
    command.addAll(List.of(arguments));
    return run(input, command);
  }

  private Ended run(String input, List<String> command) throws Exception {
    Path errors = folder.resolve("stderr");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().put("TERM", "dumb");
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    }
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(30, SECONDS)).as("has ended").isTrue();
    return new Ended(process.exitValue(), out, Files.readString(errors));
  }

  private static String url(String path) {
    return serving.ws(path).toString();
  }

  @Test
  void each_line_is_sent_and_what_comes_back_is_printed() throws Exception {
    assertThat(hermes("hello\nworld\n", url("/mirror")))
        .isEqualTo(new Ended(0, "hello\nworld\n", ""));
  }

  @Test
  void binary_messages_are_shown_in_hexadecimal() throws Exception {
    assertThat(hermes("AB", "--binary", url("/mirror"))).isEqualTo(new Ended(0, "4142\n", ""));
  }

  @Test
  void json_is_printed_with_indentation_and_other_text_as_it_is() throws Exception {
    assertThat(hermes("{\"a\":1}\nno {json\n", "--json", url("/mirror")).out())
        .isEqualTo("{\n  \"a\" : 1\n}\nno {json\n");
  }

  @Test
  void headers_and_subprotocols_go_along() throws Exception {
    Ended ended =
        hermes(
            "",
            "--header",
            "X-From: ada",
            "--subprotocol",
            "a",
            "--subprotocol",
            "b",
            url("/introduced"));

    assertThat(ended).isEqualTo(new Ended(0, "subprotocol b\nfrom ada\n", ""));
  }

  @Test
  void a_close_that_is_not_normal_is_said_and_ends_with_4() throws Exception {
    assertThat(hermes("hello", url("/strict")))
        .isEqualTo(new Ended(4, "", "hermes: closed with 1008 (not you) by the server\n"));
  }

  @Test
  void a_handshake_that_is_refused_is_said_and_ends_with_3() throws Exception {
    Ended ended = hermes("hello", url("/nowhere"));

    assertThat(ended.status()).isEqualTo(3);
    assertThat(ended.errors()).startsWith("hermes: ").contains("404");
  }

  @Test
  void a_server_that_is_not_there_is_named_and_ends_with_1() throws Exception {
    Ended ended = hermes("hello", "ws://127.0.0.1:1/");

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.errors()).startsWith("hermes: cannot connect to 127.0.0.1:1");
  }

  @Test
  void a_misuse_is_said_and_ends_with_2() throws Exception {
    assertThat(hermes("", "http://localhost/").errors()).startsWith("URL must begin with ws://");
    assertThat(hermes("", "--header", "nonsense", url("/mirror")).errors())
        .startsWith("--header must be 'NAME: VALUE', not 'nonsense'");
    assertThat(hermes("", "--wait", "-1", url("/mirror")).status()).isEqualTo(2);
  }

  /** In the terminal that util-linux's {@code script} makes: a program, not a mock. */
  @Test
  void in_a_terminal_it_shows_what_happens() throws Exception {
    Path script = Path.of("/usr/bin/script");
    if (!Files.isExecutable(script)) {
      Ci.lacks(script + " is needed, for a terminal");
    }
    List<String> words = new ArrayList<>(CommandLineTest.launch());
    words.addAll(List.of("connect", url("/mirror")));
    String quoted = "'" + String.join("' '", words) + "'";

    Ended ended =
        run(
            "hello\n/nonsense\n/close\n",
            List.of(script.toString(), "-qec", quoted, folder.resolve("typescript").toString()));

    assertThat(ended.out())
        .contains("open; /help")
        .contains("no such command: /nonsense; /help")
        .contains("closed with 1000 by us");
    assertThat(ended.status()).isZero();
  }
}
