package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.rfc6455.Handshake;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code hermes connect}, as a process of its own, with its input piped, and in a terminal. */
class ConnectCommandTest {
  private static final AtomicInteger flood = new AtomicInteger();
  private static final CompletableFuture<WsClosed> ended = new CompletableFuture<>();

  /** Ends when its input does. */
  private static final String AT_ONCE = "--wait=0";

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
    WsHandler late =
        scope -> {
          for (WsMessage msg : scope.connection().inbound()) {
            scope.delay(Duration.ofMillis(300));
            scope.connection().send(msg);
          }
        };
    WsConfig roomy = WsConfig.defaults().withMaxMessageSize(1 << 20).withOutboundBytes(16 << 20);
    WsHandler endless =
        scope -> {
          while (scope.connection().sendText("more")) {
            flood.incrementAndGet();
          }
          ended.complete(scope.connection().closed());
        };
    WsHandler strict = scope -> scope.connection().close(WsCloseCode.POLICY_VIOLATION, "not you");
    WsHandler introduced =
        scope -> {
          scope.connection().sendText("subprotocol " + scope.connection().subprotocol());
          scope.connection().sendText("from " + scope.request().header("X-From"));
        };
    WsHandler pinging =
        scope -> {
          for (WsMessage msg : scope.connection().inbound()) {
            scope.connection().ping(msg.bytes());
          }
        };
    serving =
        Serving.websockets(routes ->
            routes
                .route("/mirror", mirror, roomy)
                .route("/late", late)
                .route("/pinging", pinging)
                .route("/endless", endless)
                .route("/strict", strict)
                .route("/introduced", introduced, WsConfig.defaults().withSubprotocols("b")));
  }

  @AfterAll
  static void and_goes() {
    serving.close();
  }

  /** Has all the input at once, so that it ends a moment after the last answer. */
  private Command hermes(String input, String... arguments) throws Exception {
    Process process = connect(arguments);
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    }
    return Command.ended(process, errors());
  }

  /** Its input ends when so many lines have come back: it needs to wait for no others. */
  private Command dialogue(byte[] input, int answers, String... arguments) throws Exception {
    Process process = connect(arguments);
    StringBuilder heard = new StringBuilder();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input);
      in.flush();
      for (int left = answers; left > 0; ) {
        int next = process.getInputStream().read();
        assertThat(next).as("more than %s", heard).isNotNegative();
        heard.append((char) next); // of UTF-8, only the LFs count
        left -= next == '\n' ? 1 : 0;
      }
    }
    Command rest = Command.ended(process, errors());
    String all = new String(heard.toString().getBytes(ISO_8859_1), UTF_8) + rest.out();
    return new Command(rest.status(), all, rest.errors());
  }

  private Command dialogue(String input, int answers, String... arguments) throws Exception {
    return dialogue(input.getBytes(UTF_8), answers, arguments);
  }

  private Process connect(String... arguments) throws Exception {
    List<String> command = Command.line("connect");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors().toFile());
    builder.environment().put("TERM", "dumb");
    return builder.start();
  }

  private Path errors() {
    return folder.resolve("stderr");
  }

  private static String url(String path) {
    return serving.ws(path).toString();
  }

  @Test
  void each_line_is_sent_and_what_comes_back_is_printed() throws Exception {
    assertThat(hermes("hello\nworld\n", url("/mirror")))
        .isEqualTo(new Command(0, "hello\nworld\n", ""));
  }

  @Test
  void text_is_utf_8_whatever_the_locale_unless_another_encoding_is_asked_for() throws Exception {
    String letters = "é 漢 \uD83D\uDE00\n";

    assertThat(inLocaleC(List.of(), letters)).isEqualTo(letters.getBytes(UTF_8));
    assertThat(inLocaleC(List.of("-Dstdout.encoding=ISO-8859-1"), "é\n"))
        .isEqualTo("é\n".getBytes(ISO_8859_1));
  }

  private byte[] inLocaleC(List<String> options, String input) throws Exception {
    List<String> command = Command.line(options, "connect", url("/mirror"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors().toFile());
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(UTF_8));
    }
    byte[] out = process.getInputStream().readAllBytes();
    assertThat(process.waitFor(30, SECONDS)).as("has ended").isTrue();
    return out;
  }

  @Test
  void binary_messages_are_shown_in_hexadecimal() throws Exception {
    assertThat(hermes("AB", "--binary", url("/mirror"))).isEqualTo(new Command(0, "4142\n", ""));
  }

  @Test
  void json_is_printed_with_indentation_and_other_text_as_it_is() throws Exception {
    assertThat(dialogue("{\"a\":1}\nno {json\n", 4, AT_ONCE, "--json", url("/mirror")).out())
        .isEqualTo("{\n  \"a\" : 1\n}\nno {json\n");
  }

  @Test
  void headers_and_subprotocols_go_along() throws Exception {
    Command ended =
        dialogue(
            "",
            2,
            AT_ONCE,
            "--header",
            "X-From: ada",
            "--subprotocol",
            "a",
            "--subprotocol",
            "b",
            url("/introduced"));

    assertThat(ended).isEqualTo(new Command(0, "subprotocol b\nfrom ada\n", ""));
  }

  @Test
  void a_close_that_is_not_normal_is_said_and_ends_with_4() throws Exception {
    assertThat(hermes("hello", url("/strict")))
        .isEqualTo(new Command(4, "", "hermes: closed with 1008 (not you) by the server\n"));
  }

  @Test
  void a_handshake_that_is_refused_is_said_and_ends_with_3() {
    Command ended = Command.here("connect", url("/nowhere"));

    assertThat(ended.status()).isEqualTo(3);
    assertThat(ended.errors()).startsWith("hermes: ").contains("404");
  }

  @Test
  void a_server_that_is_not_there_is_named_and_ends_with_1() throws Exception {
    Command ended = hermes("hello", "ws://127.0.0.1:1/");

    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.errors()).startsWith("hermes: cannot connect to 127.0.0.1:1");
  }

  @Test
  void a_misuse_is_said_and_ends_with_2() {
    assertThat(Command.here("connect", "http://localhost/"))
        .satisfies(ended -> assertThat(ended.status()).isEqualTo(2))
        .satisfies(ended -> assertThat(ended.errors()).startsWith("URL must begin with ws://"));
    assertThat(Command.here("connect", "--header", "nonsense", url("/mirror")).errors())
        .startsWith("--header must be 'NAME: VALUE', not 'nonsense'");
    assertThat(Command.here("connect", "--wait", "-1", url("/mirror")).status()).isEqualTo(2);
  }

  @Test
  void a_line_is_sent_as_binary_byte_for_byte() throws Exception {
    byte[] lines = {(byte) 0xFF, '\r', 0, '\n', 'A', '\r', '\n', '\n', (byte) 0xC3, '\n'};

    assertThat(dialogue(lines, 4, AT_ONCE, "--binary", url("/mirror")))
        .isEqualTo(new Command(0, "ff0d00\n410d\n\nc3\n", ""));
  }

  @Test
  void a_line_of_text_may_end_as_on_windows_and_be_longer_than_most() throws Exception {
    String line = "größer ".repeat(30_000);

    assertThat(hermes("a\r\n\n" + line, url("/mirror"))) // an LF at the end is not needed
        .isEqualTo(new Command(0, "a\n\n" + line + "\n", ""));
  }

  @Test
  void indentation_changes_nothing_that_was_said() throws Exception {
    String exact = "0.10000000000000000555";
    String all = exact + "\n\n{\"a\":1,\"a\":2}\n{} {}\n";

    assertThat(dialogue(all, 4, AT_ONCE, "--json", url("/mirror")).out()).isEqualTo(all);
  }

  @Test
  void it_waits_for_answers_that_take_their_time() throws Exception {
    assertThat(hermes("1\n2\n3\n", url("/late"))).isEqualTo(new Command(0, "1\n2\n3\n", ""));
  }

  /** From a server that no handler of ours could be: it says Close, and nothing in it. */
  @Test
  void a_close_without_a_code_is_a_good_end() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> closeWithoutACode(server));

      assertThat(hermes("", "--wait", "30", "ws://127.0.0.1:" + server.getLocalPort() + "/"))
          .isEqualTo(new Command(0, "", ""));
    }
  }

  private static void closeWithoutACode(ServerSocket server) {
    try (Socket socket = server.accept()) {
      BufferedReader head =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      String key = "";
      for (String line = head.readLine(); !line.isEmpty(); line = head.readLine()) {
        if (line.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18)) {
          key = line.substring(18).strip();
        }
      }
      String open =
          "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
              + Handshake.accept(key)
              + "\r\n\r\n";
      socket.getOutputStream().write(open.getBytes(UTF_8));
      socket.getOutputStream().write(new byte[] {(byte) 0x88, 0});
      socket.shutdownOutput(); // the server closes first: else its client waits for it
      for (int next = 0; next >= 0; next = head.read()) {
        // its Close, and its end
      }
    } catch (IOException e) {
      // the test says what came of it
    }
  }

  @Test
  void it_ends_when_nobody_reads_what_it_prints() throws Exception {
    Process process = new ProcessBuilder(Command.line("connect", url("/endless"))).start();

    assertThat(process.inputReader().readLine()).isEqualTo("more");
    process.getInputStream().close(); // as `head` does; its input stays open

    assertThat(process.waitFor(30, SECONDS)).as("has ended").isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(ended.get(20, SECONDS).code()).isEqualTo(WsCloseCode.NORMAL);
    assertThat(flood.get()).isPositive();
  }

  /** In the terminal that util-linux's {@code script} makes: a program, not a mock. */
  private Process inATerminal(String... arguments) throws Exception {
    Path script = Path.of("/usr/bin/script");
    if (!Files.isExecutable(script)) {
      Ci.lacks(script + " is needed, for a terminal");
    }
    List<String> words = Command.line(List.of("-Duser.home=" + folder), "connect"); // its history
    words.addAll(List.of(arguments));
    String quoted = "'" + String.join("' '", words) + "'";
    String transcript = folder.resolve("typescript").toString();
    ProcessBuilder builder = new ProcessBuilder(script.toString(), "-qec", quoted, transcript);
    builder.environment().put("TERM", "xterm");
    return builder.redirectErrorStream(true).start();
  }

  /** Reads what the terminal shows, until this is among it. */
  private static void sees(Process terminal, StringBuilder shown, String what) throws Exception {
    int from = shown.length();
    Reader reader = terminal.inputReader(UTF_8);
    while (shown.indexOf(what, from) < 0) {
      int next = reader.read();
      assertThat(next).as("no %s in %s", what, shown).isNotNegative();
      shown.append((char) next);
    }
  }

  private static void types(Process terminal, String keys) throws Exception {
    terminal.getOutputStream().write(keys.getBytes(UTF_8));
    terminal.getOutputStream().flush();
  }

  @Test
  void in_a_terminal_it_shows_what_happens() throws Exception {
    Process terminal = inATerminal(url("/mirror"));
    StringBuilder shown = new StringBuilder();
    try {
      sees(terminal, shown, "open; /help");
      types(terminal, "hello\r");
      sees(terminal, shown, "< text, 5 bytes: hello");
      types(terminal, "/nonsense\r");
      sees(terminal, shown, "no such command: /nonsense; /help");
      types(terminal, "/ping\r");
      sees(terminal, shown, "pong after ");
      types(terminal, "//slash\r");
      sees(terminal, shown, "< text, 6 bytes: /slash");
      types(terminal, "/close\r");
      sees(terminal, shown, "closed with 1000 by us");
      assertThat(terminal.waitFor(30, SECONDS)).as("has ended").isTrue();
      assertThat(terminal.exitValue()).isZero();
    } finally {
      terminal.destroyForcibly();
    }
  }

  @Test
  void in_a_terminal_the_servers_pings_are_shown() throws Exception {
    Process terminal = inATerminal(url("/pinging"));
    StringBuilder shown = new StringBuilder();
    try {
      sees(terminal, shown, "open; /help");
      types(terminal, "AB\r");
      sees(terminal, shown, "ping: 4142");
      types(terminal, "\r");
      sees(terminal, shown, "ping\r\n");
    } finally {
      terminal.destroyForcibly();
    }
  }

  @Test
  void in_a_terminal_lines_are_edited_and_called_back_another_time_too() throws Exception {
    String left = "\002"; // Ctrl-B and Ctrl-P: what arrow keys send depends on the terminal
    String up = "\020";
    Process terminal = inATerminal(url("/mirror"));
    Process again = null;
    StringBuilder shown = new StringBuilder();
    try {
      sees(terminal, shown, "open; /help");
      types(terminal, "helo" + left + "l\r");
      sees(terminal, shown, "< text, 5 bytes: hello");
      types(terminal, up + "!\r");
      sees(terminal, shown, "< text, 6 bytes: hello!");
      types(terminal, "\004"); // Ctrl-D
      sees(terminal, shown, "closed with 1000 by us");
      assertThat(terminal.waitFor(30, SECONDS)).as("has ended").isTrue();
      assertThat(terminal.exitValue()).isZero();

      again = inATerminal("--binary", url("/mirror"));
      sees(again, shown, "open; /help");
      types(again, up + up + "\r");
      sees(again, shown, "< binary, 5 bytes: 68656c6c6f");
      types(again, "\003"); // Ctrl-C
      sees(again, shown, "closed with 1000 by us");
      assertThat(again.waitFor(30, SECONDS)).as("has ended").isTrue();
    } finally {
      terminal.destroyForcibly();
      if (again != null) {
        again.destroyForcibly();
      }
    }
  }
}
