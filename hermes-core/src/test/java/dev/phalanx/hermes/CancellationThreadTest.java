package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a user's code does when its scope is cancelled is nothing to the lane. */
class CancellationThreadTest {
  @Test
  void aListenerToTheCancellationRunsOnAVirtualThread() throws Exception {
    CompletableFuture<Thread> listener = new CompletableFuture<>();
    try (var talk =
        Conversation.with(scope -> {
          scope.cancellation().onCancel(() -> listener.complete(Thread.currentThread()));
          scope.connection().sendText("listening");
          scope.connection().inbound().forEach(message -> {});
          listener.get();
        })) {
      talk.hears("listening");
      talk.closes(1000, "");
      assertThat(listener.get(20, TimeUnit.SECONDS).isVirtual()).isTrue();
    }
  }

  @Test
  void aListenerThatBlocksHoldsUpNothing() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (var talk =
        Conversation.with(scope -> {
          scope
              .cancellation()
              .onCancel(() -> {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
          scope.connection().sendText("listening");
          never.await();
        })) {
      talk.hears("listening");
      talk.closes(1000, "bye");
      talk.hearsClose(1000, "bye");
      talk.seesTheWireClosed();
      never.countDown();
    }
  }
}
