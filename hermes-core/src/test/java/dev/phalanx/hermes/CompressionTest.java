package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.phalanx.http.Request;
import dev.phalanx.rfc6455.DeflateParameters;
import dev.phalanx.rfc6455.DeflatePool;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Opcode;
import dev.phalanx.rfc6455.Side;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections with permessage-deflate, and what they hold of native memory. */
class CompressionTest {
  private static final DeflateParameters ANY = DeflateParameters.defaults();
  private static final WsConfig ALONE = WsConfig.defaults().withCompression(Compression.defaults());
  private static final WsConfig CONTEXT =
      WsConfig.defaults()
          .withCompression(
              Compression.defaults()
                  .withServerNoContextTakeover(false)
                  .withClientNoContextTakeover(false));
  private static final String LONG = "all work and no play makes Jack a dull boy; ".repeat(100);
  private static final WsHandler ECHO =
      scope -> scope.connection().inbound().forEach(scope.connection()::send);

  private final DeflatePool pool = DeflatePool.shared();

  @BeforeEach
  @AfterEach
  void nothingIsInUse() {
    await().until(() -> pool.inUse() == 0);
  }

  // ---- agreeing ----

  private static @Nullable String answer(WsConfig config, String... offers) {
    Request request = Conversation.upgrade("/ws");
    for (String offer : offers) {
      request = Conversation.upgrade("/ws", "Sec-WebSocket-Extensions", offer);
    }
    return ServerHandshake.of(request, config)
        .response()
        .headers()
        .first("Sec-WebSocket-Extensions");
  }

  @Test
  void compressionIsOffUntilItIsTurnedOn() {
    String offer = "permessage-deflate; client_max_window_bits";
    assertThat(answer(WsConfig.defaults(), offer)).isNull();
    assertThat(answer(ALONE.withoutCompression(), offer)).isNull();
    assertThat(answer(ALONE)).isNull();
    assertThat(answer(ALONE, offer))
        .isEqualTo("permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    assertThat(answer(CONTEXT, offer)).isEqualTo("permessage-deflate");
  }

  @Test
  void aServerAsksForWhatItsSettingsSay() {
    Compression small =
        Compression.defaults().withServerMaxWindowBits(11).withClientMaxWindowBits(10);
    WsConfig config = WsConfig.defaults().withCompression(small);
    assertThat(answer(config, "permessage-deflate; client_max_window_bits"))
        .isEqualTo(
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
                + "; server_max_window_bits=11; client_max_window_bits=10");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate; server_max_window_bits=99",
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; x=y",
        "permessage-bzip2",
      })
  void anOfferThatCannotBeKeptIsDeclinedAndTheConnectionOpensAllTheSame(String offer) {
    assertThat(answer(ALONE, offer)).isNull();
    assertThat(
            ServerHandshake.of(
                    Conversation.upgrade("/ws", "Sec-WebSocket-Extensions", offer), ALONE)
                .isAccepted())
        .isTrue();
  }

  @Test
  void nonsenseIsRefusedWithTheSettingAndItsBounds() {
    Compression defaults = Compression.defaults();
    assertThat(defaults).isEqualTo(new Compression(1_024, 6, true, true, 15, 15));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withThreshold(-1))
        .withMessage("threshold must be 0 to 2147483647, not -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withLevel(0))
        .withMessage("level must be 1 to 9, not 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withServerMaxWindowBits(8))
        .withMessage("serverMaxWindowBits must be 9 to 15, not 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withClientMaxWindowBits(16))
        .withMessage("clientMaxWindowBits must be 9 to 15, not 16");
  }

  // ---- sending and receiving ----

  @Test
  void aMessageGoesOutCompressedFromTheThresholdOn() throws Exception {
    try (var talk = Conversation.with(ALONE, ECHO, ANY)) {
      assertThat(talk.connection().isCompressed()).isTrue();
      assertThat(firstByteOfTheAnswerTo(talk, "x".repeat(1_023))).isEqualTo((byte) 0x81);
      assertThat(firstByteOfTheAnswerTo(talk, "x".repeat(1_024))).isEqualTo((byte) 0xC1);
    }
  }

  private static byte firstByteOfTheAnswerTo(Conversation talk, String text) {
    talk.says(text);
    List<byte[]> heard = new ArrayList<>();
    await()
        .until(() -> {
          byte[] some = talk.peer.receive();
          if (some.length > 0) {
            heard.add(some);
          }
          return !heard.isEmpty();
        });
    return heard.getFirst()[0];
  }

  @Test
  void whatIsNoSmallerCompressedGoesOutAsItIs() throws Exception {
    byte[] noise = new byte[5_000];
    new Random(1).nextBytes(noise);
    for (WsConfig config : List.of(ALONE, CONTEXT)) {
      try (var talk = Conversation.with(config, ECHO, ANY)) {
        talk.saysCompressed(LONG);
        talk.hears(LONG);
        talk.says(noise);
        assertThat(talk.hears())
            .isInstanceOfSatisfying(
                Event.Binary.class, heard -> assertThat(heard.bytes()).isEqualTo(noise));
        talk.saysCompressed(LONG);
        talk.hears(LONG);
      }
    }
  }

  @Test
  void aClientThatDoesNotOfferItIsServedWithoutCompression() throws Exception {
    try (var talk = Conversation.with(ALONE, ECHO)) {
      assertThat(talk.connection().isCompressed()).isFalse();
      talk.says(LONG);
      talk.hears(LONG);
      byte[] deflated = {0};
      talk.peer.send(
          Conversation.bytesOf(EncodedFrame.of(Side.CLIENT, Opcode.TEXT, true, true, deflated)));
      talk.hearsClose(1002, "reserved bit set, and no extension in use");
    }
  }

  @ParameterizedTest
  @CsvSource({"9, true", "9, false", "12, true", "12, false", "15, true", "15, false"})
  void whatIsSaidComesBack(int bits, boolean alone) throws Exception {
    var wishes = new DeflateParameters(alone, alone, bits, bits);
    try (var talk = Conversation.with(CONTEXT, ECHO, wishes)) {
      for (int i = 0; i < 50; i++) {
        String text = LONG.substring(i) + i;
        talk.saysCompressed(text);
        talk.hears(text);
        talk.says("short " + i);
        talk.hears("short " + i);
      }
    }
  }

  @Test
  void theLimitOnAMessageHoldsForWhatItInflatesTo() throws Exception {
    try (var talk = Conversation.with(ALONE, ECHO, ANY)) {
      talk.saysCompressed("x".repeat(65_536));
      talk.hears("x".repeat(65_536));
      talk.saysCompressed("x".repeat(65_537));
      talk.hearsClose(1009, "message larger than maxMessageSize (65536 bytes)");
    }
  }

  @Test
  void compressedDataThatIsNoneClosesWith1007() throws Exception {
    byte[] noise = {-1, -1, -1};
    try (var talk = Conversation.with(ALONE, ECHO, ANY)) {
      talk.peer.send(
          Conversation.bytesOf(EncodedFrame.of(Side.CLIENT, Opcode.TEXT, true, true, noise)));
      talk.hearsClose(1007, "compressed data is corrupt");
    }
  }

  @Test
  void manyThreadsMaySendOnOneContext() throws Exception {
    int threads = 4;
    int each = 200;
    CountDownLatch sent = new CountDownLatch(threads);
    WsHandler busy =
        scope -> {
          WsConnection conn = scope.connection();
          for (int i = 0; i < threads; i++) {
            String name = "thread " + i + " says ";
            Thread.ofVirtual()
                .start(() -> {
                  for (int j = 0; j < each; j++) {
                    conn.sendText(name + j + " " + LONG);
                  }
                  sent.countDown();
                });
          }
          conn.inbound().forEach(message -> {});
        };
    for (int bits : new int[] {10, 15}) {
      try (var talk =
          Conversation.with(CONTEXT, busy, new DeflateParameters(false, false, bits, 15))) {
        int[] next = new int[threads];
        for (int i = 0; i < threads * each; i++) {
          String text = text(talk.hears());
          int thread = text.charAt("thread ".length()) - '0';
          assertThat(text).isEqualTo("thread " + thread + " says " + next[thread]++ + " " + LONG);
        }
      }
    }
    sent.await();
  }

  private static String text(Event event) {
    return new String(((Event.Text) event).utf8(), StandardCharsets.UTF_8);
  }

  @Test
  void aSenderWhoWaitsForRoomIsToldWhenTheConnectionCloses() throws Exception {
    CountDownLatch refused = new CountDownLatch(1);
    WsHandler endless =
        scope -> {
          Random random = new Random(1);
          byte[] half = new byte[40_000]; // half noise, so that it fills the queue
          boolean queued = true;
          while (queued) {
            random.nextBytes(half);
            byte[] message = Arrays.copyOf(half, 60_000);
            queued = scope.connection().sendBinary(message);
          }
          refused.countDown();
        };
    try (var talk = Conversation.with(CONTEXT, endless, ANY)) {
      talk.peer.reset();
      refused.await();
    }
  }

  // ---- what is held ----

  @Test
  void anIdleConnectionWithoutContextTakeoverHoldsNothing() throws Exception {
    try (var talk = Conversation.with(ALONE, ECHO, ANY)) {
      talk.saysCompressed(LONG);
      talk.hears(LONG);
      assertThat(pool.inUse()).isZero();
    }
  }

  @Test
  void withContextTakeoverItHoldsOneOfEachUntilItIsGone() throws Exception {
    try (var talk = Conversation.with(CONTEXT, ECHO, ANY)) {
      assertThat(pool.inUse()).isZero();
      talk.saysCompressed(LONG);
      talk.hears(LONG);
      assertThat(pool.inUse()).isEqualTo(2);
      talk.closes(1000, "");
      talk.hearsClose(1000, "");
      talk.seesTheWireClosed();
      await().until(() -> pool.inUse() == 0);
    }
  }

  @Test
  void aSmallerWindowNeedsNoDeflaterBetweenMessages() throws Exception {
    try (var talk = Conversation.with(CONTEXT, ECHO, new DeflateParameters(false, true, 12, 15))) {
      talk.saysCompressed(LONG);
      talk.hears(LONG);
      assertThat(pool.inUse()).isZero();
    }
  }

  @Test
  void nothingIsKeptHoweverAConnectionEnds() throws Exception {
    try (var reset = Conversation.with(CONTEXT, ECHO, ANY)) {
      reset.saysCompressed(LONG);
      reset.hears(LONG);
      reset.peer.reset();
      await().until(() -> pool.inUse() == 0);
    }
    try (var midMessage = Conversation.with(ALONE, ECHO, ANY)) {
      midMessage.peer.send(Conversation.bytesOf(midMessage.compressed(LONG, false)));
      await().until(() -> pool.inUse() == 1);
      midMessage.peer.reset();
      await().until(() -> pool.inUse() == 0);
    }
    try (var violation = Conversation.with(CONTEXT, ECHO, ANY)) {
      violation.saysCompressed(LONG);
      violation.hears(LONG);
      violation.peer.send(new byte[] {0x7F, 0});
      violation.hears(); // our Close; the wire stays until the peer lets go
      await().until(() -> pool.inUse() == 0);
    }
    WsHandler throwing =
        scope -> {
          scope.connection().send(scope.connection().inbound().iterator().next());
          throw new WsMessageException(WsCloseCode.POLICY_VIOLATION, "enough");
        };
    try (var thrown = Conversation.with(CONTEXT, throwing, ANY)) {
      thrown.saysCompressed(LONG);
      thrown.hears(LONG);
      thrown.hearsClose(1008, "enough");
      thrown.closes(1008, "");
      thrown.seesTheWireClosed();
      await().until(() -> pool.inUse() == 0);
    }
  }

  @Test
  void whatWasReadAndNotYetDecodedWhenTheWireWasLostIsStillInflatedAndThenNothingIsHeld()
      throws Exception {
    CountDownLatch mayRead = new CountDownLatch(1);
    List<String> read = new ArrayList<>();
    WsHandler late =
        scope -> {
          mayRead.await();
          scope.connection().inbound().forEach(message -> read.add(message.text()));
        };
    try (var talk = Conversation.with(CONTEXT.withInboundMessages(1), late, ANY)) {
      for (int i = 0; i < 5; i++) {
        talk.saysCompressed(i + LONG);
      }
      assertThat(talk.peer.isPaused()).isTrue();
      talk.peer.reset();
      mayRead.countDown();
      talk.seesTheHandlerEnd();
      assertThat(read).isNotEmpty().allMatch(text -> text.endsWith(LONG));
      await().until(() -> pool.inUse() == 0);
    }
  }

  // ---- publishing ----

  @Test
  void aPublicationIsCompressedOnceForEachWindow() {
    Publication publication = new Publication("news", WsMessage.text(LONG));
    EncodedFrame fifteen = publication.deflated(15, 6);
    assertThat(publication.deflated(15, 6)).isSameAs(fifteen);
    assertThat(publication.deflated(9, 6)).isNotSameAs(fifteen);
    assertThat(publication.timesDeflated()).isEqualTo(2);
    byte[] noise = new byte[2_000];
    new Random(1).nextBytes(noise);
    Publication incompressible = new Publication("news", WsMessage.binary(noise));
    assertThat(incompressible.deflated(15, 6)).isSameAs(incompressible.plain());
  }

  @Test
  void subscribersOfAllKindsHearWhatIsPublishedBetweenWhatIsSent() throws Exception {
    WsHandler listening = scope -> scope.connection().inbound().forEach(message -> {});
    try (var server = Conversation.Server.start();
        var plain = server.connect(CONTEXT, listening);
        var alone = server.connect(ALONE, listening, ANY);
        var small = server.connect(CONTEXT, listening, new DeflateParameters(false, false, 9, 9));
        var full = server.connect(CONTEXT, listening, ANY)) {
      List<Conversation> all = List.of(plain, alone, small, full);
      WsGateway gateway = server.gateway();
      all.forEach(talk -> gateway.subscribe(talk.connection(), "news"));
      for (int i = 0; i < 20; i++) {
        int number = i;
        all.forEach(talk -> talk.connection().sendText("sent " + number + LONG));
        gateway.publish("news", WsMessage.text("published " + i + LONG));
        gateway.publish("news", WsMessage.text("short"));
      }
      for (Conversation talk : all) {
        for (int i = 0; i < 20; i++) {
          talk.hears("sent " + i + LONG);
          talk.hears("published " + i + LONG);
          talk.hears("short");
        }
      }
    }
  }

  @Test
  void publishersAndSendersMayMeetOnOneContext() throws Exception {
    int each = 300;
    WsHandler sending =
        scope -> {
          for (int i = 0; i < each; i++) {
            scope.connection().sendText("sent " + i + " " + LONG);
          }
          scope.connection().inbound().forEach(message -> {});
        };
    for (int bits : new int[] {10, 15}) {
      try (var server = Conversation.Server.start();
          var talk =
              server.connect(
                  CONTEXT.withOutboundBytes(64 << 20),
                  sending,
                  new DeflateParameters(false, false, bits, 15))) {
        server.gateway().register(talk.connection());
        Thread publisher =
            Thread.ofVirtual()
                .start(() -> {
                  for (int i = 0; i < each; i++) {
                    server.gateway().broadcast(WsMessage.text("published " + i + " " + LONG));
                  }
                });
        int sent = 0;
        int published = 0;
        while (sent + published < 2 * each) {
          String text = text(talk.hears());
          assertThat(text)
              .isEqualTo(
                  text.startsWith("sent")
                      ? "sent " + sent++ + " " + LONG
                      : "published " + published++ + " " + LONG);
        }
        publisher.join();
      }
    }
  }
}
