package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.examples.Demo;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.transport.HttpServerConfig;
import dev.phalanx.transport.TlsConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code hermes bench} against servers that do well; as a process where one shows. */
class BenchCommandTest {
  private static final Duration SLOW = Duration.ofMillis(50);

  private static RunningServer demo;
  private static Serving serving;

  @TempDir private Path folder;

  @BeforeAll
  static void servers_are_there() throws Exception {
    WsHandler mirror =
        scope -> {
          for (WsMessage msg : scope.connection().inbound()) {
            scope.connection().send(msg);
          }
        };
    WsHandler slow =
        scope -> {
          for (WsMessage msg : scope.connection().inbound()) {
            scope.delay(SLOW);
            scope.connection().send(msg);
          }
        };
    WsHandler named =
        scope -> {
          boolean known =
              "ada".equals(scope.request().header("X-From"))
                  && "b".equals(scope.connection().subprotocol());
          if (known) {
            mirror.handle(scope);
          } else {
            scope.connection().close(WsCloseCode.POLICY_VIOLATION, "who?");
          }
        };
    demo = Demo.start("127.0.0.1", 0);
    serving =
        Serving.websockets(routes ->
            routes
                .route("/slow", slow)
                .route("/named", named, WsConfig.defaults().withSubprotocols("b")));
  }

  @AfterAll
  static void and_go() {
    demo.close();
    serving.close();
  }

  private static Benched bench(String... arguments) {
    return Benched.here(List.of(arguments));
  }

  /** A short run with its result as JSON. */
  private static Benched briefly(String url, String... more) {
    return Benched.here(brief(url, more));
  }

  private static List<String> brief(String url, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--warm-up", "0.1", "--duration", "0.5", "--json"));
    arguments.addAll(List.of(more));
    arguments.add(url);
    return arguments;
  }

  private static String demo(String path) {
    return "ws://127.0.0.1:" + demo.port() + path;
  }

  @Test
  void each_connection_sends_and_gets_its_answers() throws Exception {
    List<String> command = Command.line("bench");
    command.addAll(brief(demo("/ws/echo"), "-c", "7", "--in-flight", "3", "--event-loops", "2"));
    Path errors = folder.resolve("stderr");
    Benched ended =
        Benched.of(
            Command.ended(
                new ProcessBuilder(command).redirectError(errors.toFile()).start(), errors));

    assertThat(ended.status()).as(ended.errors()).isZero();
    assertThat(ended.errors()).isEmpty(); // no terminal: no progress
    JsonNode result = ended.json();
    assertThat(result.get("mode").asString()).isEqualTo("echo");
    assertThat(result.get("url").asString()).isEqualTo(demo("/ws/echo"));
    assertThat(result.get("opened").asInt()).isEqualTo(7);
    assertThat(result.get("counted").asString()).isEqualTo("answers");
    assertThat(ended.count()).isPositive();
    assertThat(ended.faults()).isEmpty();
    JsonNode latency = result.get("latencyMicros");
    assertThat(latency.get("p50").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(latency.get("p99").asDouble());
    assertThat(latency.get("max").asDouble())
        .isGreaterThanOrEqualTo(latency.get("p999").asDouble());
  }

  @Test
  void messages_have_the_size_and_the_kind_that_were_asked_for() throws Exception {
    Benched ended = briefly(demo("/ws/mirror"), "-c", "2", "--size", "70000", "--binary");

    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(briefly(demo("/ws/mirror"), "-c", "2", "--size", "0").status()).isZero();
    assertThat(briefly(demo("/ws/echo"), "-c", "1", "--size", "70000").faults().toString())
        .as("more than the route's maxMessageSize")
        .contains("the server closed with 1009");
  }

  @Test
  void one_publishes_and_all_others_hear_it() throws Exception {
    Benched ended =
        briefly(
            demo("/ws/relay/bench"),
            "--mode",
            "fan-out",
            "-c",
            "9",
            "--in-flight",
            "4",
            "--event-loops",
            "2");

    assertThat(ended.status()).as(ended.out() + ended.errors()).isZero();
    assertThat(ended.json().get("opened").asInt()).isEqualTo(9);
    assertThat(ended.json().get("counted").asString()).isEqualTo("deliveries");
    assertThat(ended.count()).isPositive();
  }

  @Test
  void at_a_rate_what_is_late_counts_from_when_it_was_due() throws Exception {
    Benched ended =
        bench(
            "--rate",
            "100",
            "-c",
            "1",
            "--in-flight",
            "1",
            "--warm-up",
            "0",
            "--duration",
            "1.5",
            "--json",
            serving.ws("/slow").toString());

    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(ended.count()).as("20 a second at most").isBetween(3L, 32L);
    // Each takes 50 ms from its sending on; but the last ones had been due for most of the time.
    assertThat(ended.json().get("latencyMicros").get("max").asDouble()).isGreaterThan(500_000);
  }

  @Test
  void at_a_rate_no_more_is_sent_than_is_due() throws Exception {
    for (String mode : List.of("echo", "fan-out", "connect")) {
      String path = mode.equals("fan-out") ? "/ws/relay/rate" : "/ws/echo";
      Benched ended =
          bench(
              "--mode",
              mode,
              "--rate",
              "40",
              "-c",
              "2",
              "--warm-up",
              "0",
              "-d",
              "1",
              "--json",
              demo(path));

      assertThat(ended.status()).as(mode + ended.out()).isZero();
      double seconds = ended.json().get("seconds").asDouble();
      assertThat(ended.count()).as(mode).isBetween(1L, (long) (40 * seconds) + 2);
    }
  }

  @Test
  void connections_are_opened_and_closed() throws Exception {
    Benched ended = briefly(demo("/ws/echo"), "--mode", "connect", "-c", "4");

    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(ended.json().get("counted").asString()).isEqualTo("handshakes");
    assertThat(ended.count()).isPositive();
  }

  @Test
  void connections_are_opened_and_held() throws Exception {
    Benched ended = briefly(demo("/ws/echo"), "--mode", "idle", "-c", "50");

    assertThat(ended.status()).as(ended.out()).isZero();
    assertThat(ended.count()).isEqualTo(50);
    assertThat(ended.json().get("opened").asInt()).isEqualTo(50);
    assertThat(ended.json().get("perSecond").isNull()).isTrue();
  }

  @Test
  void headers_and_subprotocols_go_along() throws Exception {
    String url = serving.ws("/named").toString();

    assertThat(briefly(url, "-c", "1", "--header", "X-From: ada", "--subprotocol", "b").status())
        .isZero();
    assertThat(briefly(url, "-c", "1", "--header", "X-From: eve").faults().toString())
        .contains("the server closed with 1008 (who?)");
  }

  @Test
  void people_get_lines_and_others_a_distribution() throws Exception {
    Path file = folder.resolve("latency.hgrm");

    Benched ended =
        bench(
            "-c",
            "3",
            "--warm-up",
            "0",
            "-d",
            "0.3",
            "--histogram",
            file.toString(),
            demo("/ws/echo"));

    assertThat(ended.status()).isZero();
    assertThat(ended.out().lines())
        .satisfiesExactly(
            title -> assertThat(title).endsWith("/ws/echo: 3 connections, 1 in flight, 32 bytes"),
            counts ->
                assertThat(counts).matches("  [\\d,]+ answers in [\\d.]+ s: [\\d,]+ a second"),
            latency -> assertThat(latency).startsWith("  latency: p50 ").contains(", p99.9 "),
            errors -> assertThat(errors).isEqualTo("  errors: none"));
    assertThat(file).content().contains("Percentile", "#[Mean");
  }

  @Test
  void the_server_s_process_is_measured() throws Exception {
    if (!Files.exists(Path.of("/proc/self/stat"))) {
      Ci.lacks("Linux's /proc is needed");
    }
    String self = Long.toString(ProcessHandle.current().pid()); // the demo runs in here

    JsonNode server = briefly(demo("/ws/echo"), "--pid", self).json().get("server");

    assertThat(server.get("pid").asString()).isEqualTo(self);
    assertThat(server.get("microsEach").asDouble()).isPositive();
    assertThat(server.get("rssBytes").asLong()).isGreaterThan(1 << 20);
    Benched none = briefly(demo("/ws/echo"), "--pid", "999999999");
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.errors()).startsWith("hermes: --pid 999999999: no such process");
  }

  /** In the terminal that util-linux's {@code script} makes: a program, not a mock. */
  @Test
  void in_a_terminal_it_says_how_it_goes() throws Exception {
    Path script = Path.of("/usr/bin/script");
    if (!Files.isExecutable(script)) {
      Ci.lacks(script + " is needed, for a terminal");
    }
    List<String> words =
        Command.line("bench", "-c", "1", "--warm-up", "0", "-d", "2", demo("/ws/echo"));
    String quoted = "'" + String.join("' '", words) + "'";

    Process process =
        new ProcessBuilder(
                script.toString(), "-qec", quoted, folder.resolve("typescript").toString())
            .start();
    String shown = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor(30, SECONDS)).isTrue();
    assertThat(shown).contains("measuring, ", " s of 2: ", " a second, p50 ", "errors: none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          -c 0                       | --connections must be 1 to 1000000, not 0
          -c 1 --mode fan-out        | --connections must be 2 to 1000000, not 1
          --size 8 --mode fan-out    | --size must be 16 to 16777216, not 8
          --in-flight 0              | --in-flight must be 1 to 65536, not 0
          --duration 0               | --duration must be 0.1 to 86400 seconds, not 0.0
          --warm-up -1               | --warm-up must be 0 to 86400 seconds, not -1.0
          --rate -1                  | --rate must be 0 to 100000000, not -1.0
          --rate 1 --mode idle       | --rate means nothing to idle connections
          --mode nonsense            | Invalid value for option '--mode'
          --header nonsense          | --header must be 'NAME: VALUE', not 'nonsense'
          """)
  void a_misuse_is_said_and_ends_with_2(String options, String message) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(options.split(" +")));
    arguments.add(demo("/ws/echo"));

    Benched ended = bench(arguments.toArray(String[]::new));

    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.errors()).startsWith(message);
  }

  @Test
  void a_server_is_trusted_whom_an_authority_of_ones_own_vouches_for() throws Exception {
    TestKeys keys = TestKeys.makeWithAuthority(folder, "server");
    TestKeys others = TestKeys.makeWithAuthority(folder, "others");
    TlsConfig tls = TlsConfig.pem(keys.chain(), keys.key());
    WsRouteGroup routes =
        WsRouteGroup.builder()
            .route("/", scope -> scope.connection().inbound().forEach(scope.connection()::send))
            .build();
    try (Serving secure =
        Serving.of(runner ->
            runner.withConfig(HttpServerConfig.defaults().withTls(tls)).withWebsockets(routes))) {
      String url = "wss://localhost:" + secure.server().port() + "/";

      Benched trusting = briefly(url, "-c", "3", "--tls-ca", keys.authority().toString());
      assertThat(trusting.status()).as(trusting.out() + trusting.errors()).isZero();
      assertThat(trusting.json().get("url").asString()).isEqualTo(url);
      assertThat(trusting.count()).isPositive();
      assertThat(trusting.faults()).isEmpty();

      Benched doubting = briefly(url, "--tls-ca", others.authority().toString());
      assertThat(doubting.status()).isEqualTo(1);
      assertThat(doubting.errors()).contains("localhost:" + secure.server().port());
      assertThat(briefly(url).status()).as("by the JDK's authorities").isEqualTo(1);
    }
  }
}
