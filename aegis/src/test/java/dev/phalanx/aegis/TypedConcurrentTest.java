package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two to five tasks side by side, each with a result of its own type. */
class TypedConcurrentTest {
  private record Offer(String name, int price, boolean inStock, List<String> tags, double rating) {}

  private final OwnedScope scope = Application.starting().compile().openScope("request");

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void two_run_at_once_and_their_results_are_combined_on_the_thread_that_waited() throws Exception {
    CyclicBarrier meet = new CyclicBarrier(2);
    Thread here = Thread.currentThread();

    String both =
        scope.concurrent(
            inner -> {
              meet.await();
              return "pears";
            },
            inner -> {
              meet.await();
              return 3;
            },
            (String name, Integer count) -> {
              assertThat(Thread.currentThread()).isSameAs(here);
              return count + " " + name;
            });

    assertThat(both).isEqualTo("3 pears");
  }

  @Test
  void three_four_and_five_keep_their_types_and_their_places() throws Exception {
    String three = scope.concurrent(h -> 1, h -> 2L, h -> 'c', (a, b, c) -> "" + a + b + c);
    String four =
        scope.concurrent(h -> 1, h -> 2L, h -> 'c', h -> 4.5, (a, b, c, d) -> "" + a + b + c + d);
    Offer five =
        scope.concurrent(
            h -> "pear", h -> 30, h -> true, h -> List.of("fruit"), h -> 4.5, Offer::new);

    assertThat(three).isEqualTo("12c");
    assertThat(four).isEqualTo("12c4.5");
    assertThat(five).isEqualTo(new Offer("pear", 30, true, List.of("fruit"), 4.5));
  }

  @Test
  void a_task_may_give_null() throws Exception {
    String text = scope.concurrent(h -> null, h -> 2, (Object a, Integer b) -> a + " and " + b);

    assertThat(text).isEqualTo("null and 2");
  }

  @Test
  void a_failure_of_a_task_comes_out_and_nothing_is_combined() {
    assertThatThrownBy(() ->
            scope.concurrent(
                h -> "pears",
                h -> {
                  throw new IllegalStateException("no price");
                },
                (name, price) -> {
                  throw new AssertionError("combined");
                }))
        .hasMessage("no price");
  }

  @Test
  void a_failure_of_the_function_comes_out_as_it_is() {
    Exception failure = new Exception("they don't fit");

    assertThatThrownBy(() ->
            scope.concurrent(
                h -> 1,
                h -> 2,
                (a, b) -> {
                  throw failure;
                }))
        .isSameAs(failure);
  }
}
