package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.rfc6455.Handshake;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code hermes bench} against servers that aren't there, go, or say the wrong thing. */
class BenchFaultsTest {
  private static Serving serving;

  @BeforeAll
  static void a_server_is_there() throws Exception {
    serving =
        Serving.websockets(routes ->
            routes
                .route("/echo", answering(msg -> msg))
                .route("/wrong", answering(msg -> msg.toUpperCase(Locale.ROOT)))
                .route("/silent", BenchFaultsTest::listen)
                .route("/greeting", BenchFaultsTest::greet)
                .route("/strict", s -> s.connection().close(WsCloseCode.POLICY_VIOLATION, "no"))
                .route("/fickle", BenchFaultsTest::closeAtTheThird)
                .route("/losing", new Relay("/losing", 20, 0))
                .route("/expelling", new Relay("/expelling", 0, 20)));
  }

  private static WsHandler answering(UnaryOperator<String> answer) {
    return scope -> {
      for (WsMessage msg : scope.connection().inbound()) {
        scope.connection().sendText(answer.apply(msg.text()));
      }
    };
  }

  private static void listen(WsScope scope) {
    scope.connection().inbound().forEach(heard -> {});
  }

  private static void greet(WsScope scope) throws Exception {
    scope.connection().sendText("welcome");
    answering(msg -> msg).handle(scope);
  }

  private static void closeAtTheThird(WsScope scope) {
    int heard = 0;
    for (WsMessage msg : scope.connection().inbound()) {
      if (++heard == 3) {
        scope.connection().close(new WsCloseCode(4000), "enough");
      }
      scope.connection().send(msg);
    }
  }

  /**
   * Passes on what one says to the others, but for one of them.
   *
   * @param lost the message that it isn't given; 0 for none
   * @param last the message after which it is thrown out; 0 for never
   */
  private record Relay(String topic, int lost, int last, Queue<WsConnection> there)
      implements WsHandler {
    Relay(String topic, int lost, int last) {
      this(topic, lost, last, new ConcurrentLinkedQueue<>());
    }

    @Override
    public void handle(WsScope scope) {
      WsConnection conn = scope.connection();
      WsGateway gateway = scope.service(WsGateway.class);
      gateway.subscribe(conn, topic);
      there.add(conn);
      try {
        passOn(conn, gateway);
      } finally {
        there.remove(conn);
      }
    }

    private void passOn(WsConnection conn, WsGateway gateway) {
      int heard = 0;
      for (WsMessage msg : conn.inbound()) {
        heard++;
        WsConnection one =
            there.stream().filter(each -> each.isOpen() && !each.equals(conn)).findFirst().get();
        if (heard == lost) {
          gateway.unsubscribe(one, topic);
        }
        gateway.publish(topic, msg, conn);
        if (heard == lost) {
          gateway.subscribe(one, topic);
        }
        if (heard == last) {
          one.close(WsCloseCode.POLICY_VIOLATION, "not you");
        }
      }
    }
  }

  @AfterAll
  static void and_goes() {
    serving.close();
  }

  private static Benched bench(String path, String... more) {
    return benchAt(serving.ws(path).toString(), more);
  }

  private static Benched benchAt(String url, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("--warm-up", "0.1", "--timeout", "1", "--json"));
    arguments.addAll(List.of(more));
    if (!arguments.contains("-d")) {
      arguments.addAll(List.of("-d", "1"));
    }
    arguments.add(url);
    return Benched.here(arguments);
  }

  @Test
  void a_server_that_is_not_there_is_named_and_ends_with_1() throws Exception {
    for (String mode : List.of("echo", "fan-out", "connect", "idle")) {
      Benched ended = benchAt("ws://127.0.0.1:1/", "--mode", mode);

      assertThat(ended.status()).as(mode).isEqualTo(1);
      assertThat(ended.errors()).startsWith("hermes: cannot connect to 127.0.0.1:1");
      assertThat(ended.out()).isEmpty();
    }
  }

  @Test
  void a_handshake_that_is_refused_is_said_and_ends_with_3() throws Exception {
    Benched ended = bench("/nowhere");

    assertThat(ended.status()).isEqualTo(3);
    assertThat(ended.errors()).startsWith("hermes: ws://127.0.0.1:").contains("404");
  }

  @Test
  void connections_that_are_closed_are_counted_and_the_others_go_on() throws Exception {
    Benched ended = bench("/fickle", "-c", "5");

    assertThat(ended.status()).isEqualTo(4);
    assertThat(ended.faults()).isEqualTo(Map.of("the server closed with 4000 (enough)", 5));
    assertThat(ended.json().get("seconds").asDouble())
        .as("it ends when all are gone")
        .isLessThan(1);
  }

  @Test
  void a_server_that_closes_at_once_has_answered_nothing() throws Exception {
    Benched ended = bench("/strict", "-c", "3");

    assertThat(ended.status()).isEqualTo(4);
    assertThat(ended.count()).isZero();
    assertThat(ended.json().get("latencyMicros").isNull()).isTrue();
    assertThat(ended.faults()).isEqualTo(Map.of("the server closed with 1008 (no)", 3));
  }

  @Test
  void idle_connections_that_are_lost_are_counted() throws Exception {
    assertThat(bench("/strict", "--mode", "idle", "-c", "3").faults())
        .isEqualTo(Map.of("the server closed with 1008 (no)", 3));
  }

  @Test
  void an_answer_that_is_another_is_an_error_and_no_latency() throws Exception {
    Benched ended = bench("/wrong", "-c", "2");

    assertThat(ended.status()).isEqualTo(4);
    assertThat(ended.count()).isZero();
    assertThat(ended.faults().keySet()).isEqualTo(Set.of("an answer was not what had been sent"));
  }

  @Test
  void a_message_that_answers_nothing_is_an_error() throws Exception {
    Benched ended = bench("/greeting", "-c", "2");

    assertThat(ended.status()).isEqualTo(4);
    assertThat(ended.faults().values()).isNotEmpty();
  }

  @Test
  void a_server_that_owes_an_answer_for_too_long_is_given_up() throws Exception {
    Benched ended = bench("/silent", "-c", "2", "-d", "20");

    assertThat(ended.status()).isEqualTo(4);
    assertThat(ended.faults()).isEqualTo(Map.of("no answer within 1.0 s", 2));
  }

  @Test
  void a_route_without_fan_out_is_found_out() throws Exception {
    Benched ended = bench("/silent", "--mode", "fan-out", "-c", "4");

    assertThat(ended.status()).isEqualTo(4);
    assertThat(ended.faults())
        .isEqualTo(Map.of("a subscriber heard nothing of what was published within 1.0 s", 3));
  }

  @Test
  void a_subscriber_who_is_thrown_out_is_an_error_and_the_others_go_on() throws Exception {
    Benched ended = bench("/expelling", "--mode", "fan-out", "-c", "4", "--in-flight", "2");

    assertThat(ended.status()).isEqualTo(4);
    assertThat(ended.faults()).isEqualTo(Map.of("the server closed with 1008 (not you)", 1));
    assertThat(ended.count()).isPositive();
    assertThat(ended.json().get("seconds").asDouble()).isGreaterThanOrEqualTo(1);
  }

  @Test
  void a_message_that_one_subscriber_misses_is_counted() throws Exception {
    Benched ended = bench("/losing", "--mode", "fan-out", "-c", "4", "--in-flight", "2");

    assertThat(ended.status()).isEqualTo(4);
    assertThat(ended.faults()).isEqualTo(Map.of("a message did not come", 1));
  }

  @Test
  void a_message_that_never_reaches_everybody_ends_it() throws Exception {
    Benched ended =
        bench("/losing", "--mode", "fan-out", "-c", "4", "--in-flight", "1", "-d", "20");

    assertThat(ended.status()).isEqualTo(4);
    assertThat(ended.faults())
        .isEqualTo(Map.of("a message did not reach everybody within 1.0 s", 1));
  }

  @Test
  void a_server_that_breaks_the_protocol_is_told_apart() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerWithNonsense(listener));

      Benched ended = benchAt("ws://127.0.0.1:" + listener.getLocalPort() + "/", "-c", "1");

      assertThat(ended.status()).isEqualTo(4);
      assertThat(ended.faults()).hasSize(1);
      assertThat(ended.faults().keySet().iterator().next().toString())
          .startsWith("the server broke the protocol: ");
    }
  }

  /** Opens one WebSocket as it should be, and sends a frame with an opcode that there isn't. */
  private static void answerWithNonsense(ServerSocket listener) {
    try (Socket socket = listener.accept()) {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) socket.getInputStream().read());
      }
      String key = head.toString().replaceAll("(?is).*Sec-WebSocket-Key: *([^\r]+)\r.*", "$1");
      String answer =
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + Handshake.accept(key)
              + "\r\n\r\n";
      socket.getOutputStream().write(answer.getBytes(ISO_8859_1));
      socket.getOutputStream().write(new byte[] {(byte) 0x8B, 0});
      socket.getInputStream().readAllBytes(); // until it is gone
    } catch (IOException e) {
      // it is gone
    }
  }
}
