package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.phalanx.http.ReceiveBudget;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Opcode;
import dev.phalanx.rfc6455.Side;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What peers have sent is bounded in memory, for all connections together, and in time. */
class ReceivedBytesTest {
  private static final int KIB = 1 << 10;
  private static final WsConfig LARGE = WsConfig.defaults().withMaxMessageSize(1 << 20);
  private static final WsHandler ECHO =
      scope -> scope.connection().inbound().forEach(scope.connection()::send);

  private static void begins(Conversation talk, int bytes) {
    byte[] piece = new byte[bytes];
    talk.peer.send(
        Conversation.bytesOf(EncodedFrame.of(Side.CLIENT, Opcode.BINARY, false, false, piece)));
  }

  @Test
  void smallMessagesAreNotCounted() throws Exception {
    ReceiveBudget budget = ReceiveBudget.of(64 * KIB);
    try (var server = Conversation.Server.start(budget);
        var talk = server.connect(WsConfig.defaults(), ECHO)) {
      talk.says("x".repeat(4_000));
      talk.hears("x".repeat(4_000));
      assertThat(budget.held()).isZero();
    }
  }

  @Test
  void beyondTheBudgetTheLargestUnfinishedMessageIsClosedWith1013AndTheOthersGoOn()
      throws Exception {
    ReceiveBudget budget = ReceiveBudget.of(100 * KIB);
    try (var server = Conversation.Server.start(budget);
        var small = server.connect(LARGE, ECHO);
        var large = server.connect(LARGE, ECHO);
        var last = server.connect(LARGE, ECHO)) {
      begins(small, 34 * KIB);
      begins(large, 50 * KIB);
      begins(last, 38 * KIB);
      large.hearsClose(1013, "the server's memory for received bytes is used up");
      await().until(() -> !last.peer.isPaused());
      for (Conversation other : new Conversation[] {small, last}) {
        other.peer.send(
            Conversation.bytesOf(EncodedFrame.of(Side.CLIENT, Opcode.CONTINUATION, new byte[1])));
        assertThat(other.hears()).isInstanceOf(dev.phalanx.rfc6455.Event.Binary.class);
      }
      assertThat(budget.evictions()).isEqualTo(1);
    }
  }

  @Test
  void whatIsHeldForAConnectionThatHasGoneIsGivenBack() throws Exception {
    ReceiveBudget budget = ReceiveBudget.of(100 * KIB);
    try (var server = Conversation.Server.start(budget);
        var talk = server.connect(LARGE, ECHO)) {
      begins(talk, 50 * KIB);
      assertThat(budget.held()).isEqualTo(46 * KIB);
      talk.peer.reset();
      assertThat(budget.held()).isZero();
    }
  }

  @Test
  void readingStopsWhileHandlersHoldTheBudgetAndGoesOnWhenTheyHaveTakenTheirMessages()
      throws Exception {
    ReceiveBudget budget = ReceiveBudget.of(64 * KIB);
    CountDownLatch mayRead = new CountDownLatch(1);
    try (var server = Conversation.Server.start(budget);
        var busy =
            server.connect(
                LARGE,
                scope -> {
                  mayRead.await();
                  ECHO.handle(scope);
                });
        var other = server.connect(LARGE, ECHO)) {
      busy.says("x".repeat(67 * KIB));
      begins(other, 6 * KIB);
      // the unfinished one is the only one that can be closed; what is whole is kept
      other.hearsClose(1013, "the server's memory for received bytes is used up");
      assertThat(busy.connection().isOpen()).isTrue();
      busy.says("y".repeat(8 * KIB));
      assertThat(busy.peer.isPaused()).isTrue();
      mayRead.countDown();
      busy.hears("x".repeat(67 * KIB), "y".repeat(8 * KIB));
      await().until(() -> !busy.peer.isPaused());
    }
  }

  @Test
  void whoHasClosedReadsOnForThePeersClose() throws Exception {
    ReceiveBudget budget = ReceiveBudget.of(64 * KIB);
    CountDownLatch mayClose = new CountDownLatch(1);
    try (var server = Conversation.Server.start(budget);
        var talk =
            server.connect(
                LARGE,
                scope -> {
                  mayClose.await();
                  scope.connection().close();
                  scope.connection().inbound().forEach(message -> {});
                })) {
      talk.says("x".repeat(80 * KIB));
      assertThat(talk.peer.isPaused()).isTrue();
      mayClose.countDown();
      talk.hearsClose(1000, "");
      talk.closes(1000, "");
      talk.seesTheWireClosed();
    }
  }

  @Test
  void aMessageThatIsNotFinishedInTimeClosesWith1008() throws Exception {
    try (var talk = Conversation.with(ECHO)) {
      begins(talk, 10);
      for (int i = 0; i < 29; i++) {
        talk.clock.advance(Duration.ofSeconds(1));
        talk.pings("alive");
        talk.hearsPong("alive");
      }
      assertThat(talk.connection().isOpen()).isTrue();
      talk.clock.advance(Duration.ofSeconds(1));
      talk.hearsClose(1008, "a message was not finished within messageTimeout (30000 ms)");
    }
  }

  @Test
  void aLargeMessageThatComesSteadilyHasMoreTime() throws Exception {
    try (var talk = Conversation.with(LARGE.withMessageTimeout(Duration.ofSeconds(3)), ECHO)) {
      begins(talk, 100);
      for (int i = 0; i < 9; i++) {
        talk.clock.advance(Duration.ofSeconds(1));
        talk.peer.send(
            Conversation.bytesOf(
                EncodedFrame.of(
                    Side.CLIENT, Opcode.CONTINUATION, i == 8, false, new byte[100 * KIB])));
      }
      assertThat(talk.hears()).isInstanceOf(dev.phalanx.rfc6455.Event.Binary.class);
    }
  }

  @Test
  void messagesThatAreAllFinishedInTimeMayFollowOneAnotherForEver() throws Exception {
    try (var talk = Conversation.with(ECHO)) {
      begins(talk, 1);
      for (int i = 0; i < 100; i++) {
        talk.clock.advance(Duration.ofSeconds(1));
        talk.peer.send(
            Conversation.bytesOf(EncodedFrame.of(Side.CLIENT, Opcode.CONTINUATION, new byte[1])));
        assertThat(talk.hears()).isInstanceOf(dev.phalanx.rfc6455.Event.Binary.class);
        begins(talk, 1);
      }
    }
  }
}
