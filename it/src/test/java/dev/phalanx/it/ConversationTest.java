package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import dev.phalanx.hermes.WsConfig;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsHandler;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.testkit.Conversation;
import dev.phalanx.testkit.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The testkit's conversations, each of what a script can say, hear and do. */
class ConversationTest {
  private final List<WsClosed> endings = Collections.synchronizedList(new ArrayList<>());

  private final WsHandler echo =
      scope -> {
        WsConnection conn = scope.connection();
        for (WsMessage message : conn.inbound()) {
          conn.send(message);
        }
        endings.add(conn.closed());
      };

  @Test
  void texts_binaries_and_fragments_come_back_in_order() {
    try (Conversation talk = Conversation.with(echo)) {
      talk.says("one").says(new byte[] {2}).saysInFragments("th", "r", "ee");

      talk.hears("one").hears(new byte[] {2}).hears("three").hearsNothing();
      talk.pings("4").hearsPong("4");
      talk.closes(1000, "bye").hearsClose(1000, "bye").hearsEnd();
    }
    assertThat(endings).containsExactly(new WsClosed(WsCloseCode.NORMAL, "bye", WsClosed.By.PEER));
  }

  @Test
  void a_pong_goes_ahead_of_data_that_waits() {
    try (Conversation talk = Conversation.with(echo)) {
      talk.readsOnly(0).says("x".repeat(1_000));
      talk.hearsNothing().pings("first of those that wait").hearsNothing().readsAll();
      talk.hears("x".repeat(1_000)).hearsPong("first of those that wait");
    }
  }

  @Test
  void bytes_that_are_no_frames_are_told_so() {
    try (Conversation talk = Conversation.with(echo)) {
      talk.saysBytes(HexFormat.of().parseHex("838000000000")); // opcode 3
      talk.hearsClose(1002).hearsEnd();
    }
  }

  @Test
  void time_passes_only_when_the_script_says_so() {
    WsHandler ticking =
        scope -> {
          for (int i = 0; ; i++) {
            scope.delay(Duration.ofSeconds(1));
            scope.connection().sendText("tick " + i);
          }
        };
    try (Conversation talk = Conversation.with(ticking)) {
      talk.hearsNothingFor(Duration.ofMillis(999));
      talk.timePasses(Duration.ofMillis(1)).hears("tick 0").hearsNothing();
      talk.timePasses(Duration.ofSeconds(3)).hears("tick 1").hears("tick 2").hears("tick 3");
      talk.hearsNothing();
    }
  }

  @Test
  void pings_are_answered_and_in_nobodys_way() {
    try (Conversation talk = Conversation.with(echo)) {
      talk.hearsNothingFor(Duration.ofMinutes(10));
      talk.says("still there").hears("still there");
      talk.timePasses(Duration.ofSeconds(30)).hearsPing();
    }
  }

  @Test
  void who_answers_no_ping_is_lost() {
    try (Conversation talk = Conversation.with(echo)) {
      talk.answersNoPings().timePasses(Duration.ofSeconds(30)).hearsPing();
      talk.hearsNothingFor(Duration.ofMillis(9_999));
      assertThat(talk.isOver()).isFalse();
      talk.timePasses(Duration.ofMillis(1)).hearsEnd();
    }
    assertThat(endings).extracting(WsClosed::by).containsExactly(WsClosed.By.NOBODY);
  }

  @Test
  void in_pieces_of_random_sizes_it_says_the_same() {
    try (Conversation talk = Conversation.with(echo).speaksInPieces()) {
      talk.says("Grüße, " + "x".repeat(5_000)).saysInFragments("a", "", "b");

      talk.hears("Grüße, " + "x".repeat(5_000)).hears("ab");
    }
  }

  @Test
  void far_away_an_answer_takes_its_time_there_and_back() {
    try (Conversation talk = Conversation.with(echo).isFarAway(Duration.ofMillis(200))) {
      talk.says("hello").hearsNothingFor(Duration.ofMillis(399));
      talk.timePasses(Duration.ofMillis(1)).hears("hello");
    }
  }

  @Test
  void far_away_the_last_words_come_before_the_end() {
    try (Conversation talk = Conversation.with(echo).isFarAway(Duration.ofMillis(200))) {
      talk.says("hello").closes(1000, "bye").timePasses(Duration.ofMillis(399));
      assertThat(talk.isOver()).isFalse();
      talk.timePasses(Duration.ofMillis(1)).hears("hello").hearsClose(1000, "bye").hearsEnd();
    }
  }

  @Test
  void cut_off_it_is_lost_when_no_pong_comes() {
    try (Conversation talk = Conversation.with(echo)) {
      talk.says("hello").hears("hello").isCutOff();
      talk.says("unheard").hearsNothingFor(Duration.ofMillis(39_999));
      assertThat(talk.isOver()).isFalse();
      talk.timePasses(Duration.ofMillis(1)).hearsEnd();
    }
    assertThat(endings).extracting(WsClosed::by).containsExactly(WsClosed.By.NOBODY);
  }

  @Test
  void a_reset_and_an_end_without_a_close_are_losses() {
    try (Conversation reset = Conversation.with(echo);
        Conversation left = Conversation.with(echo);
        Conversation ended = Conversation.with(echo)) {
      reset.resets().hearsEnd();
      left.leaves().hearsEnd();
      ended.endsItsSide().hearsEnd();
    }
    assertThat(endings).extracting(WsClosed::by).hasSize(3).containsOnly(WsClosed.By.NOBODY);
  }

  @Test
  void a_slow_reader_holds_the_handler_up_and_is_closed_at_last() {
    WsHandler pouring =
        scope -> {
          while (scope.connection().sendBinary(new byte[10_000])) {
            // until it is closed
          }
          endings.add(scope.connection().closed());
        };
    try (Conversation talk = Conversation.with(pouring).readsOnly(100_000)) {
      talk.timePasses(Duration.ofSeconds(9));
      assertThat(endings).isEmpty();
      talk.timePasses(Duration.ofSeconds(1));
      assertThat(endings)
          .singleElement()
          .satisfies(closed -> assertThat(closed.reason()).contains("sendTimeout"));
    }
  }

  @Test
  void a_handler_that_doesnt_read_holds_the_peer_up() {
    WsHandler reluctant =
        scope -> {
          scope.delay(Duration.ofSeconds(1));
          scope.connection().inbound().forEach(scope.connection()::send);
        };
    try (Conversation talk =
        Conversation.with(reluctant, WsConfig.defaults().withInboundMessages(2))) {
      talk.says("1").says("2").says("3");
      assertThat(talk.isHeldUp()).isTrue();
      talk.timePasses(Duration.ofSeconds(1)).hears("1").hears("2").hears("3");
      assertThat(talk.isHeldUp()).isFalse();
    }
  }

  @Test
  void compressed_messages_are_spoken_and_understood() {
    WsConfig config = WsConfig.defaults().withCompression(Compression.defaults().withThreshold(1));
    try (TestServer server = Served.websockets(ws -> ws.route("/", echo, config));
        Conversation talk = server.opens("/", "Sec-WebSocket-Extensions", "permessage-deflate")) {
      talk.saysCompressed("hello, hello, hello").hears("hello, hello, hello");
      talk.says("and again, again, again").hears("and again, again, again");
      assertThat(talk.transcript()).contains("RSV 4 text");
    }
  }
}
