package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A peer that reads slowly is alive; one that reads nothing isn't. */
class SlowPeerTest {
  private final CountDownLatch isSlow = new CountDownLatch(1);
  private static final String LARGE = "x".repeat(1 << 20);

  private static final WsHandler ECHO =
      scope -> scope.connection().inbound().forEach(scope.connection()::send);

  @Test
  void aPeerThatReadsALargeMessageSlowlyAndSteadilyIsNotLost() throws Exception {
    try (var talk =
        Conversation.with(
            WsConfig.defaults().withMaxMessageSize(1 << 20),
            scope -> {
              sendToASlowPeer(scope);
              ECHO.handle(scope);
            })) {
      reads(talk, 0);
      waitsForThePeer(talk);
      takesSlowly(talk, 40, Duration.ofSeconds(9)); // six minutes
      assertThat(talk.connection().isOpen()).isTrue();
      talk.peer.readAll();
      talk.hears(LARGE);
    }
  }

  @Test
  void aPeerThatTakesNothingOfALargeMessageIsLostPongTimeoutAfterItsPing() throws Exception {
    try (var talk =
        Conversation.with(scope -> {
          sendToASlowPeer(scope);
          ECHO.handle(scope);
        })) {
      reads(talk, 1_000);
      waitsForThePeer(talk);
      talk.clock.advance(Duration.ofMillis(39_900));
      assertThat(talk.connection().isOpen()).isTrue();
      talk.clock.advance(Duration.ofMillis(100));
      talk.seesTheWireClosed();
      assertThat(talk.connection().closed().reason()).contains("pongTimeout (10000 ms)");
    }
  }

  @Test
  void aSenderWaitsForAPeerThatReadsSteadilyHoweverLongThatTakes() throws Exception {
    CompletableFuture<Boolean> second = new CompletableFuture<>();
    try (var talk =
        Conversation.with(scope -> {
          sendToASlowPeer(scope);
          second.complete(scope.connection().sendText("second"));
          ECHO.handle(scope);
        })) {
      reads(talk, 0);
      waitsForThePeer(talk);
      takesSlowly(talk, 20, Duration.ofSeconds(9)); // three minutes, with a sendTimeout of 10 s
      assertThat(second).isNotDone();
      talk.peer.readAll();
      talk.hears(LARGE, "second");
      assertThat(second.join()).isTrue();
    }
  }

  @Test
  void aSenderGivesUpSendTimeoutAfterThePeerLastTookBytes() throws Exception {
    CompletableFuture<Boolean> second = new CompletableFuture<>();
    try (var talk =
        Conversation.with(scope -> {
          sendToASlowPeer(scope);
          second.complete(scope.connection().sendText("second"));
        })) {
      reads(talk, 0);
      waitsForThePeer(talk);
      takesSlowly(talk, 3, Duration.ofSeconds(9));
      talk.clock.advance(Duration.ofMillis(9_999));
      assertThat(second).isNotDone();
      assertThat(talk.connection().isOpen()).isTrue();
      talk.clock.advance(Duration.ofMillis(1));
      await().until(second::isDone);
      assertThat(second.join()).isFalse();
      assertThat(talk.connection().closed().code()).isEqualTo(WsCloseCode.TRY_AGAIN_LATER);
    }
  }

  @Test
  void whatWasSentBeforeTheCloseStillReachesAPeerThatReadsSteadily() throws Exception {
    try (var talk = Conversation.with(scope -> sendToASlowPeer(scope))) {
      reads(talk, 0);
      await().until(() -> !talk.connection().isOpen());
      takesSlowly(talk, 20, Duration.ofSeconds(4)); // with a closeTimeout of 5 s
      assertThat(talk.peer.isClosed()).isFalse();
      assertThat(talk.handlerThread.isAlive()).isTrue();
      talk.peer.readAll();
      talk.hears(LARGE);
      talk.hearsClose(1000, "");
      talk.closes(1000, "");
      talk.seesTheWireClosed();
    }
  }

  @Test
  void aPeerThatTakesNothingHoldsUpTheCloseForCloseTimeoutOnly() throws Exception {
    try (var talk = Conversation.with(scope -> sendToASlowPeer(scope))) {
      reads(talk, 0);
      await().until(() -> !talk.connection().isOpen());
      takesSlowly(talk, 2, Duration.ofSeconds(4));
      talk.clock.advance(Duration.ofMillis(4_999));
      assertThat(talk.peer.isClosed()).isFalse();
      talk.clock.advance(Duration.ofMillis(1));
      talk.seesTheWireClosed();
    }
  }

  @Test
  void aHandlerThatLeavesAFastFeedSeesThePeersCloseAtOnce() throws Exception {
    CountDownLatch enough = new CountDownLatch(1);
    AtomicBoolean more = new AtomicBoolean();
    try (var talk =
        Conversation.with(
            WsConfig.defaults().withInboundMessages(4),
            scope -> {
              WsConnection conn = scope.connection();
              assertThat(conn.inbound().iterator().next().text()).isEqualTo("tick 0");
              enough.await();
              conn.close(WsCloseCode.NORMAL, "enough");
              while (!conn.link().isGone()) {
                Thread.onSpinWait(); // busy with other things, and reads no more
              }
              more.set(conn.inbound().iterator().hasNext());
            })) {
      for (int i = 0; i < 100; i++) {
        talk.says("tick " + i);
      }
      await().until(talk.peer::isPaused);
      enough.countDown();
      talk.hearsClose(1000, "enough");
      for (int i = 0; i < 100; i++) {
        talk.says("tick");
      }
      assertThat(talk.peer.isPaused()).isFalse();
      talk.closes(1000, "enough");
      talk.seesTheWireClosed(); // without any time that passes
      talk.seesTheHandlerEnd();
      assertThat(more).isTrue(); // what had found room is still there
    }
  }

  /** So many bytes and no more; the handler sends only then. */
  private void reads(Conversation talk, int bytes) {
    talk.peer.readOnly(bytes);
    isSlow.countDown();
  }

  private void sendToASlowPeer(WsScope scope) throws InterruptedException {
    isSlow.await();
    scope.connection().sendText(LARGE);
  }

  private static void waitsForThePeer(Conversation talk) {
    await().until(() -> talk.connection().link().outbound().isInsideFrame());
  }

  private static void takesSlowly(Conversation talk, int times, Duration apart) {
    for (int i = 0; i < times; i++) {
      talk.clock.advance(apart);
      talk.peer.readOnly(1_000);
    }
  }
}
