package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads that should have ended. */
class StragglersTest {
  private static final Duration LONG = Duration.ofDays(1);
  private static final Duration BRIEF = Duration.ofMillis(10);

  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void release() {
    release.countDown();
  }

  @Test
  void a_thread_that_ends_in_time_is_neither_interrupted_nor_reported() throws Exception {
    Started<Boolean> thread =
        Started.on(() -> {
          release.await();
          return Thread.currentThread().isInterrupted();
        });
    Started<Boolean> waiting = Started.on(() -> Stragglers.await(thread.thread(), LONG));
    waiting.waits();

    release.countDown();

    assertThat(waiting.result()).isTrue();
    assertThat(thread.result()).isFalse();
  }

  @Test
  void a_thread_that_has_ended_already_is_no_matter() throws Exception {
    Started<Boolean> thread = Started.on(() -> true);
    thread.result();

    assertThat(Stragglers.await(thread.thread(), LONG)).isTrue();
  }

  @Test
  void past_the_limit_a_thread_is_interrupted() throws Exception {
    Started<Boolean> thread = Started.running(release::await);

    try (CapturedLog log = CapturedLog.of(Stragglers.class)) {
      assertThat(Stragglers.await(thread.thread(), BRIEF)).isTrue();

      assertThat(log.messages()).isEmpty();
    }
    assertThat(thread.failure()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void what_is_done_past_the_limit_may_let_a_thread_go_before_it_is_interrupted() throws Exception {
    Started<Boolean> waiting =
        Started.on(() -> {
          release.await();
          return true;
        });
    Thread thread = waiting.thread();

    boolean ended =
        Stragglers.awaitAll(
            List.of(thread),
            BRIEF,
            () -> {
              release.countDown();
              Stragglers.await(thread, LONG);
            });

    assertThat(ended).isTrue();
    assertThat(waiting.result()).as("it was not interrupted").isTrue();
  }

  @Test
  void nothing_is_done_past_a_limit_that_was_kept() throws Exception {
    Started<Boolean> thread = Started.on(() -> true);
    thread.result();

    assertThat(Stragglers.awaitAll(List.of(thread.thread()), LONG, release::countDown)).isTrue();

    assertThat(release.getCount()).isOne();
  }

  /** Takes the second that an interrupted thread has. */
  @Test
  void those_that_ignore_even_the_interrupt_are_reported_by_name_with_their_stacks() {
    Thread first = Thread.ofVirtual().name("request-1").start(this::ignoresInterrupts);
    Thread second = Thread.ofVirtual().name("request-2").start(this::ignoresInterrupts);
    Thread good = Thread.ofVirtual().name("request-3").start(() -> {});

    try (CapturedLog log = CapturedLog.of(Stragglers.class)) {
      assertThat(Stragglers.awaitAll(List.of(first, good, second), BRIEF)).isFalse();

      assertThat(log.messages())
          .hasSize(2)
          .allMatch(m -> m.contains("did not end within PT0.01S, nor when interrupted"))
          .allMatch(m -> m.contains("\tat ") && m.contains("StragglersTest.ignoresInterrupts"))
          .anyMatch(m -> m.startsWith("request-1 "))
          .anyMatch(m -> m.startsWith("request-2 "));
      assertThat(log.levels()).containsOnly(Level.WARNING);
    }
  }

  @Test
  void an_interrupt_of_the_one_who_waits_does_not_cut_the_wait_short_and_is_kept()
      throws Exception {
    Started<Boolean> thread = Started.running(release::await);
    Started<String> waiting =
        Started.on(() -> {
          boolean ended = Stragglers.await(thread.thread(), LONG);
          return "ended: " + ended + ", interrupted: " + Thread.currentThread().isInterrupted();
        });
    waiting.waits();

    waiting.thread().interrupt();
    waiting.waits();
    assertThat(waiting.isOver()).isFalse();
    release.countDown();

    assertThat(waiting.result()).isEqualTo("ended: true, interrupted: true");
  }

  private void ignoresInterrupts() {
    while (release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException e) {
        // Deaf to it: that is what a straggler is.
      }
    }
  }
}
