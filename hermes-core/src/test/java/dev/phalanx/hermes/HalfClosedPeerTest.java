package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.rfc6455.Event;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A peer that ends its side, and may still listen. */
class HalfClosedPeerTest {
  private static final byte[] BROKEN = {(byte) 0xFF, (byte) 0x80, 0, 0, 0, 0};

  /** Answers each message once it may. */
  private static WsHandler answering(CountDownLatch mayAnswer) {
    return scope -> {
      for (WsMessage message : scope.connection().inbound()) {
        mayAnswer.await();
        scope.connection().send(message);
      }
    };
  }

  @Test
  void hearsTheAnswersAndOurCloseIfItHasSaidClose() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (var talk = Conversation.with(answering(mayAnswer))) {
      talk.says("a question");
      talk.closes(1000, "bye");
      talk.peer.endOutput();
      talk.hasHeardNothing();
      assertThat(talk.peer.isClosed()).isFalse();
      mayAnswer.countDown();
      talk.hears("a question");
      talk.hearsClose(1000, "bye");
      talk.seesTheWireClosed();
      assertThat(talk.connection().closed().by()).isEqualTo(WsClosed.By.PEER);
    }
  }

  @Test
  void hearsOurCloseIfItHasBrokenARule() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (var talk = Conversation.with(answering(mayAnswer))) {
      talk.says("a question");
      talk.peer.send(BROKEN);
      talk.peer.endOutput();
      mayAnswer.countDown();
      talk.hears("a question");
      assertThat(talk.hears())
          .isInstanceOfSatisfying(
              Event.Close.class, close -> assertThat(close.code()).isEqualTo(1002));
      talk.seesTheWireClosed();
    }
  }

  @Test
  void isLostIfItHasSaidNothing() throws Exception {
    try (var talk = Conversation.with(answering(new CountDownLatch(0)))) {
      talk.says("hello");
      talk.hears("hello");
      talk.peer.endOutput();
      assertThat(talk.peer.isClosed()).isTrue();
      assertThat(talk.connection().closed().by()).isEqualTo(WsClosed.By.NOBODY);
    }
  }

  @Test
  void hearsTheAnswersToWhatWaitedUndecodedToo() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    var config = WsConfig.defaults().withInboundMessages(1);
    try (var talk = Conversation.with(config, answering(mayAnswer))) {
      for (int i = 0; i < 10; i++) {
        talk.says("question " + i);
      }
      talk.closes(1000, "bye");
      talk.peer.endOutput();
      assertThat(talk.connection().isOpen()).isTrue();
      mayAnswer.countDown();
      for (int i = 0; i < 10; i++) {
        talk.hears("question " + i);
      }
      talk.hearsClose(1000, "bye");
      talk.seesTheWireClosed();
      assertThat(talk.connection().closed().by()).isEqualTo(WsClosed.By.PEER);
    }
  }

  @Test
  void withAFullQueueTheHandlerHasTheCloseTimeoutAsEver() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CompletableFuture<Throwable> delayed = new CompletableFuture<>();
    try (var talk =
        Conversation.with(
            WsConfig.defaults().withInboundMessages(1),
            scope -> {
              scope.connection().inbound().iterator().next();
              busy.countDown();
              try {
                scope.delay(Duration.ofDays(1));
              } catch (CancellationException e) {
                delayed.complete(e);
              }
            })) {
      talk.says("work");
      busy.await();
      talk.says("fills the queue");
      talk.says("pauses the wire");
      talk.peer.endOutput();
      assertThat(talk.peer.isPaused()).isTrue();
      talk.clock.advance(Duration.ofMillis(4_999));
      assertThat(talk.peer.isClosed()).isFalse();
      assertThat(delayed).isNotDone();
      talk.clock.advance(Duration.ofMillis(1));
      talk.seesTheWireClosed();
      assertThat(delayed.get(20, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void leavesNoTimerBehind() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    try (var server = Conversation.Server.start();
        var talk =
            server.connect(WsConfig.defaults().withInboundMessages(1), answering(mayAnswer))) {
      for (int i = 0; i < 10; i++) {
        talk.says("question " + i);
      }
      talk.peer.endOutput();
      mayAnswer.countDown();
      talk.seesTheWireClosed();
      talk.seesTheHandlerEnd();
      server.lane().run(() -> {});
      assertThat(server.clock().pendingTimers()).isZero();
    }
  }
}
