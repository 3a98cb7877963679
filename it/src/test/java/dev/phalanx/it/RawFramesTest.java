package dev.phalanx.it;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.testkit.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bytes on an open connection that no well-behaved client sends, and closing handshakes of all
 * kinds.
 */
class RawFramesTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  /** How the connections of {@link #mirror} ended. */
  private final BlockingQueue<WsClosed> endings = new LinkedBlockingQueue<>();

  private Serving serving;

  @BeforeEach
  void serve() throws IOException {
    serving =
        Serving.websockets(ws ->
            ws.route("/mirror", this::mirror)
                .route("/hasty", this::mirror, WsConfig.defaults().withCloseTimeout(SHORT)));
  }

  @AfterEach
  void close() {
    serving.close();
  }

  /** Gives back what it hears, is known to the gateway, and tells the test how it ended. */
  private void mirror(WsScope scope) {
    WsConnection conn = scope.connection();
    scope.service(WsGateway.class).subscribe(conn, "all");
    for (WsMessage message : conn.inbound()) {
      conn.send(message);
    }
    endings.add(conn.closed());
  }

  private WsClosed ending() throws InterruptedException {
    WsClosed ending = endings.poll(20, SECONDS);
    assertThat(ending).as("how the connection ended").isNotNull();
    return ending;
  }

  private Peer open(String path) throws IOException {
    return serving.peer().opens(path);
  }

  private void awaitNobodyLeft() {
    await().until(() -> serving.gateway().count() == 0 && serving.gateway().topicCount() == 0);
  }

  // ---- broken rules ----

  static Stream<Arguments> violations() {
    return Stream.of(
        arguments(1002, "not masked", Frame.text("hi").unmasked()),
        arguments(1002, "a ping not masked", Frame.ping("hi").unmasked()),
        arguments(1002, "a Close not masked", Frame.close(1000, "").unmasked()),
        arguments(
            1002, "RSV1, and no extension agreed on", Frame.text("hi").withReserved(4).masked()),
        arguments(1002, "RSV2", Frame.text("hi").withReserved(2).masked()),
        arguments(1002, "RSV3", Frame.ping("hi").withReserved(1).masked()),
        arguments(1002, "opcode 3", Frame.of(0x3, new byte[0]).masked()),
        arguments(1002, "opcode 7", Frame.of(0x7, new byte[5]).masked()),
        arguments(1002, "opcode 11", Frame.of(0xB, new byte[0]).masked()),
        arguments(1002, "opcode 15", Frame.of(0xF, new byte[5]).masked()),
        arguments(1002, "a fragmented ping", Frame.ping("hi").unfinished().masked()),
        arguments(1002, "a fragmented Close", Frame.close(1000, "").unfinished().masked()),
        arguments(1002, "a ping of 126 bytes", Frame.ping("x".repeat(126)).masked()),
        arguments(1002, "a pong of 126 bytes", Frame.pong("x".repeat(126)).masked()),
        arguments(1002, "a Close of 126 bytes", Frame.close(1000, "x".repeat(124)).masked()),
        arguments(1002, "a continuation of nothing", Frame.continuation("hi").masked()),
        arguments(
            1002, "a length with its highest bit set", Frame.binary(new byte[0]).announcing(-1)),
        arguments(1002, "a length of 5 in 2 bytes", hex("82 fe 0005 00000000 0000000000")),
        arguments(
            1002, "a length of 5 in 8 bytes", hex("82 ff 0000000000000005 00000000 0000000000")),
        arguments(1007, "a text that isn't UTF-8", Frame.text(hex("c3 28")).masked()),
        arguments(1007, "a text that ends in a character", Frame.text(hex("e2 82")).masked()),
        arguments(1007, "a surrogate in UTF-8", Frame.text(hex("ed a0 80")).masked()),
        arguments(
            1009, "a message of 64 KiB and one", Frame.binary(new byte[0]).announcing(65_537)),
        arguments(1009, "a message of 8 EiB", Frame.binary(new byte[0]).announcing(Long.MAX_VALUE)),
        arguments(1002, "a Close of one byte", Frame.of(0x8, new byte[1]).masked()),
        arguments(1002, "a Close with 999", Frame.close(999, "").masked()),
        arguments(1002, "a Close with 1004", Frame.close(1004, "").masked()),
        arguments(1002, "a Close with 1005", Frame.close(1005, "").masked()),
        arguments(1002, "a Close with 1006", Frame.close(1006, "").masked()),
        arguments(1002, "a Close with 1015", Frame.close(1015, "").masked()),
        arguments(1002, "a Close with 1016", Frame.close(1016, "").masked()),
        arguments(1002, "a Close with 2999", Frame.close(2999, "").masked()),
        arguments(1002, "a Close with 5000", Frame.close(5000, "").masked()),
        arguments(1002, "a Close with 65535", Frame.close(65_535, "").masked()),
        arguments(
            1007, "a Close whose reason isn't UTF-8", Frame.of(0x8, hex("03e8 c328")).masked()));
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("violations")
  void a_broken_rule_is_told_in_a_close_and_ends_the_connection(int code, String what, byte[] bytes)
      throws Exception {
    try (Peer peer = open("/mirror")) {
      peer.says(Frame.text("before")).hears(Frame.text("before"));

      peer.says(bytes);

      Frame close = peer.hearsClose(code);
      assertThat(close.closeReason()).as("reason for %s", what).isNotBlank();
      peer.hearsEnd();
      WsClosed ending = ending();
      assertThat(ending.by()).isEqualTo(WsClosed.By.US);
      assertThat(ending.code()).isEqualTo(new WsCloseCode(code));
    }
    awaitNobodyLeft();
  }

  @Test
  void what_was_said_before_the_broken_rule_is_answered_before_the_close() throws Exception {
    try (Peer peer = open("/mirror")) {
      byte[] good = Frame.text("good").masked();
      byte[] bad = Frame.text("bad").unmasked();
      byte[] both = Arrays.copyOf(good, good.length + bad.length);
      System.arraycopy(bad, 0, both, good.length, bad.length);

      peer.says(both);

      peer.hears(Frame.text("good")).hearsClose(1002);
      peer.hearsEnd();
    }
  }

  @Test
  void text_that_turns_invalid_in_a_later_fragment_is_refused_as_soon_as_that_shows()
      throws Exception {
    try (Peer peer = open("/mirror")) {
      peer.says(Frame.text(hex("ce ba e1")).unfinished()) // κ, and the first byte of three
          .says(Frame.continuation(hex("bd")).unfinished())
          .says(Frame.continuation(hex("b9")).unfinished()) // ό, whole
          .says(Frame.ping("fine so far"))
          .hears(Frame.pong("fine so far"));

      peer.says(Frame.continuation(hex("ed a0")).unfinished()); // the message isn't at its end

      peer.hearsClose(1007);
      peer.hearsEnd();
    }
  }

  @Test
  void a_message_of_more_fragments_than_allowed_is_refused() throws Exception {
    try (Peer peer = open("/mirror")) {
      Frame[] fragments = new Frame[1_025];
      Arrays.fill(fragments, Frame.continuation("").unfinished());
      fragments[0] = Frame.text("").unfinished();

      peer.says(fragments);

      assertThat(peer.hearsClose(1008).closeReason()).contains("maxFragments (1024)");
      peer.hearsEnd();
    }
  }

  @Test
  void a_message_that_grows_too_big_by_fragments_is_refused_before_it_is_whole() throws Exception {
    try (Peer peer = open("/mirror")) {
      byte[] half = new byte[40_000];
      peer.says(Frame.binary(half).unfinished());

      peer.says(Frame.continuation(half).announcing(40_000));

      assertThat(peer.hearsClose(1009).closeReason()).contains("maxMessageSize");
    }
  }

  // ---- odd, but allowed ----

  @Test
  void a_frame_may_come_byte_by_byte() throws Exception {
    try (Peer peer = open("/mirror")) {
      peer.saysByteByByte(Frame.text("Grüße, " + "x".repeat(200)).masked());

      peer.hears(Frame.text("Grüße, " + "x".repeat(200)));
    }
  }

  @Test
  void control_frames_may_come_between_fragments_and_empty_fragments_count_for_nothing()
      throws Exception {
    try (Peer peer = open("/mirror")) {
      peer.says(
          Frame.text("").unfinished(),
          Frame.continuation("one").unfinished(),
          Frame.ping("1"),
          Frame.continuation("").unfinished(),
          Frame.pong("nobody asked"),
          Frame.continuation(", two").unfinished(),
          Frame.ping(""),
          Frame.continuation(""));

      peer.hears(Frame.pong("1"), Frame.pong(""), Frame.text("one, two"));
    }
  }

  @Test
  void a_thousand_messages_in_one_write_come_back_in_order() throws Exception {
    try (Peer peer = open("/mirror")) {
      Frame[] all = new Frame[1_000];
      Arrays.setAll(all, i -> Frame.text("message " + i));

      peer.says(all);

      peer.hears(all);
    }
  }

  // ---- the closing handshake ----

  static Stream<Arguments> closes() {
    return Stream.of(
        arguments(Frame.close(), 1005, ""),
        arguments(Frame.close(1000, ""), 1000, ""),
        arguments(Frame.close(1000, "bye, größer 😀"), 1000, "bye, größer 😀"),
        arguments(Frame.close(1001, "x".repeat(123)), 1001, "x".repeat(123)),
        arguments(Frame.close(1011, "I failed"), 1011, "I failed"),
        arguments(Frame.close(1014, ""), 1014, ""),
        arguments(Frame.close(3000, ""), 3000, ""),
        arguments(Frame.close(4999, "mine"), 4999, "mine"));
  }

  @ParameterizedTest
  @MethodSource("closes")
  void a_close_is_answered_with_its_code_and_then_the_server_closes(
      Frame close, int code, String reason) throws Exception {
    try (Peer peer = open("/mirror")) {
      peer.says(close);

      peer.hearsClose(code);
      peer.hearsEnd();
      assertThat(ending()).isEqualTo(new WsClosed(new WsCloseCode(code), reason, WsClosed.By.PEER));
    }
    awaitNobodyLeft();
  }

  @Test
  void what_was_said_before_the_close_is_answered_before_it() throws Exception {
    try (Peer peer = open("/mirror")) {
      peer.says(Frame.text("one"), Frame.text("two"), Frame.close(1000, ""));

      peer.hears(Frame.text("one"), Frame.text("two")).hearsClose(1000);
      peer.hearsEnd();
    }
  }

  @Test
  void a_close_in_the_midst_of_a_message_ends_it_unheard() throws Exception {
    try (Peer peer = open("/mirror")) {
      peer.says(Frame.text("never ").unfinished(), Frame.close(1001, "off"));

      peer.hearsClose(1001);
      peer.hearsEnd();
    }
  }

  @Test
  void what_comes_after_a_close_is_ignored_even_if_it_breaks_the_rules() throws Exception {
    try (Peer peer = open("/mirror")) {
      byte[] close = Frame.close(1000, "").masked();
      byte[] garbage = Arrays.copyOf(close, close.length + 1_000);
      Arrays.fill(garbage, close.length, garbage.length, (byte) 0xFF);

      peer.says(garbage);

      peer.hearsClose(1000);
      peer.losesConnection();
      assertThat(ending().by()).isEqualTo(WsClosed.By.PEER);
    }
  }

  @Test
  void who_closes_and_ends_its_side_at_once_still_hears_the_answers() throws Exception {
    try (Peer peer = open("/mirror")) {
      peer.says(Frame.text("last words"), Frame.close(1000, "")).endsItsSide();

      peer.hears(Frame.text("last words")).hearsClose(1000);
      peer.hearsEnd();
      assertThat(ending().by()).isEqualTo(WsClosed.By.PEER);
    }
  }

  @Test
  void who_does_not_answer_the_close_of_the_server_is_left_after_the_close_timeout()
      throws Exception {
    WsHandler closing = scope -> scope.connection().close(new WsCloseCode(4000), "go");
    WsConfig hasty = WsConfig.defaults().withCloseTimeout(SHORT);

    try (Serving own = Serving.websockets(ws -> ws.route("/", closing, hasty));
        Peer peer = own.peer().opens("/")) {
      peer.hearsClose(4000);
      peer.says(Frame.text("still talking"));

      peer.losesConnection();
    }
  }

  @Test
  void who_breaks_a_rule_and_stays_is_left_after_the_close_timeout() throws Exception {
    try (Peer peer = open("/hasty")) {
      peer.says(Frame.text("bad").unmasked()).hearsClose(1002);

      peer.hearsEnd();
      awaitNobodyLeft();
    }
  }

  @Test
  void until_it_answers_the_close_of_the_server_the_peer_may_still_be_heard() throws Exception {
    CompletableFuture<String> heard = new CompletableFuture<>();
    WsHandler closing =
        scope -> {
          scope.connection().close(new WsCloseCode(4000), "finish, please");
          for (WsMessage message : scope.connection().inbound()) {
            heard.complete(message.text());
          }
        };

    try (Serving own = Serving.websockets(ws -> ws.route("/", closing));
        Peer peer = own.peer().opens("/")) {
      peer.hearsClose(4000);

      peer.says(Frame.text("one more thing"), Frame.close(4000, ""));

      peer.hearsEnd();
      assertThat(heard.get(20, SECONDS)).isEqualTo("one more thing");
    }
  }
}
