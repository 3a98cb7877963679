package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a lost connection leaves to its handler, and what it leaves behind. */
class LostConnectionTest {
  @Test
  void aHandlerWithAFullQueueHasTheCloseTimeoutTooBeforeItsScopeIsCancelled() throws Exception {
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
      assertThat(talk.peer.isPaused()).isTrue();
      talk.peer.reset();
      talk.clock.advance(Duration.ofMillis(4_999));
      assertThat(delayed).isNotDone();
      talk.clock.advance(Duration.ofMillis(1));
      assertThat(delayed.get(20, TimeUnit.SECONDS)).hasMessageContaining("has gone");
    }
  }

  @Test
  void thatLimitCountsFromTheLossNotFromWhenTheQueueWasRead() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch mayRead = new CountDownLatch(1);
    CountDownLatch hasRead = new CountDownLatch(1);
    CompletableFuture<Throwable> delayed = new CompletableFuture<>();
    try (var talk =
        Conversation.with(
            WsConfig.defaults().withInboundMessages(1),
            scope -> {
              var messages = scope.connection().inbound().iterator();
              messages.next();
              busy.countDown();
              mayRead.await();
              messages.next();
              messages.next();
              hasRead.countDown();
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
      talk.peer.reset();
      talk.clock.advance(Duration.ofSeconds(4));
      mayRead.countDown();
      hasRead.await();
      talk.clock.advance(Duration.ofSeconds(1));
      assertThat(delayed.get(20, TimeUnit.SECONDS)).hasMessageContaining("has gone");
    }
  }

  @Test
  void noTimerIsLeftOnceTheHandlerHasReturned() throws Exception {
    try (var server = Conversation.Server.start();
        var talk =
            server.connect(
                WsConfig.defaults(),
                scope -> {
                  for (WsMessage message : scope.connection().inbound()) {
                    scope.connection().send(message);
                  }
                })) {
      talk.says("hello");
      talk.hears("hello");
      talk.peer.reset();
      talk.seesTheHandlerEnd();
      server.lane().run(() -> {});
      assertThat(server.clock().pendingTimers()).isZero();
    }
  }
}
