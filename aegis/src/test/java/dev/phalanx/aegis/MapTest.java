package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A function of many items, so many at a time. */
class MapTest {
  private static final List<Integer> HUNDRED = IntStream.range(0, 100).boxed().toList();

  private final OwnedScope scope = Application.starting().compile().openScope("request");
  private final Set<Integer> begun = ConcurrentHashMap.newKeySet();

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void never_more_than_the_limit_run_at_once_and_the_results_are_in_order() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    List<Integer> doubled =
        scope.map(
            HUNDRED,
            (here, item) -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              Thread.yield();
              running.decrementAndGet();
              return 2 * item;
            },
            3);

    assertThat(doubled).isEqualTo(HUNDRED.stream().map(item -> 2 * item).toList());
    assertThat(most.get()).isBetween(1, 3);
  }

  @Test
  void as_many_as_the_limit_do_run_at_once() throws Exception {
    CyclicBarrier allFour = new CyclicBarrier(4);

    List<Integer> met =
        scope.map(
            HUNDRED,
            (here, item) -> {
              allFour.await();
              return item;
            },
            4);

    assertThat(met).isEqualTo(HUNDRED);
  }

  @Test
  void a_failure_comes_out_and_what_has_not_begun_does_not_begin() {
    CountDownLatch secondHasBegun = new CountDownLatch(1);

    assertThatThrownBy(() ->
            scope.map(
                HUNDRED,
                (here, item) -> {
                  begun.add(item);
                  if (item == 0) {
                    secondHasBegun.await();
                    throw new IllegalStateException("item 0");
                  }
                  secondHasBegun.countDown();
                  new CountDownLatch(1).await();
                  return item;
                },
                2))
        .hasMessage("item 0");
    assertThat(begun).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void a_task_that_was_interrupted_leaves_no_interrupt_to_the_next_one_on_its_thread()
      throws Exception {
    List<Boolean> interrupted =
        scope.map(
            HUNDRED,
            (here, item) -> {
              boolean left = Thread.currentThread().isInterrupted();
              Thread.currentThread().interrupt();
              return left;
            },
            2);

    assertThat(interrupted).doesNotContain(true);
  }

  @Test
  void a_limit_above_the_number_of_items_starts_no_more_threads_than_items() throws Exception {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();

    scope.map(List.of("a", "b"), (here, item) -> threads.add(Thread.currentThread()), 1_000_000);

    assertThat(threads).hasSize(2);
  }

  @Test
  void no_items_give_no_results() throws Exception {
    assertThat(scope.map(List.of(), (here, item) -> item, 1)).isEmpty();
  }

  @Test
  void a_limit_below_1_is_refused_and_named() {
    assertThatThrownBy(() -> scope.map(HUNDRED, (here, item) -> item, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limit must be 1 or more, not 0");
  }
}
