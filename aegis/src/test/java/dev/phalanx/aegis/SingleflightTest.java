package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.seeds.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A task that several wait for, and one runs. */
class SingleflightTest {
  private static final String KEY = "price of pears";

  private final Application app = Application.starting().compile();
  private final OwnedScope first = app.openScope("first");
  private final OwnedScope second = app.openScope("second");
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<String> said = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    release.countDown();
    first.close();
    second.close();
    app.close();
  }

  @Test
  void those_who_ask_meanwhile_get_the_one_result() throws Exception {
    Started<Object> leader = Started.on(() -> first.singleflight(KEY, this::work));
    begun.await();
    Started<Object> other =
        Started.on(() -> second.singleflight(KEY, here -> said.add("ran twice")));
    other.waits();

    release.countDown();

    assertThat(leader.result()).isNotNull().isSameAs(other.result());
    assertThat(said).containsExactly("ended in flight " + KEY + "/task");
  }

  @Test
  void once_it_has_landed_the_key_is_free_again() throws Exception {
    AtomicInteger runs = new AtomicInteger();

    assertThat(first.<Integer>singleflight(KEY, here -> runs.incrementAndGet())).isEqualTo(1);
    assertThat(first.<Integer>singleflight(KEY, here -> runs.incrementAndGet())).isEqualTo(2);
  }

  @Test
  void other_keys_are_other_flights_and_may_fly_inside_of_each_other() throws Exception {
    String both =
        first.singleflight(
            "outer", here -> "outer and " + here.singleflight("inner", inside -> "inner"));

    assertThat(both).isEqualTo("outer and inner");
  }

  @Test
  void a_flight_that_would_wait_for_itself_says_so() {
    assertThatThrownBy(
            () -> first.singleflight(KEY, here -> here.singleflight(KEY, inside -> "never")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("flight " + KEY + " would wait for itself");
  }

  @Test
  void it_runs_on_a_virtual_thread_of_its_own_with_the_attributes_of_the_first() throws Exception {
    AttributeKey<String> user = AttributeKey.of("user");
    Thread here = Thread.currentThread();

    String seen =
        first
            .withAttribute(user, "ada")
            .singleflight(
                KEY,
                flying -> {
                  Thread thread = Thread.currentThread();
                  assertThat(thread).isNotSameAs(here);
                  return flying.attribute(user) + " " + thread.isVirtual();
                });

    assertThat(seen).isEqualTo("ada true");
  }

  @Test
  void a_failure_goes_to_all_who_wait_and_the_key_is_free_again() throws Exception {
    Exception failure = new Exception("no price");
    Executable<Object> failing =
        here -> {
          begun.countDown();
          release.await();
          throw failure;
        };
    Started<Object> leader = Started.on(() -> first.singleflight(KEY, failing));
    begun.await();
    Started<Object> other = Started.on(() -> second.singleflight(KEY, failing));
    other.waits();

    release.countDown();

    assertThat(leader.failure()).isSameAs(failure).isSameAs(other.failure());
    assertThat(first.<String>singleflight(KEY, here -> "a price")).isEqualTo("a price");
  }

  @Test
  void it_flies_on_for_the_others_when_the_one_who_began_it_is_cancelled() throws Exception {
    Started<Object> leader = Started.on(() -> first.singleflight(KEY, this::work));
    begun.await();
    Started<Object> other = Started.on(() -> second.singleflight(KEY, this::work));
    other.waits();

    first.cancellation().cancel("the peer has gone");

    assertThat(leader.failure())
        .isInstanceOf(CancellationException.class)
        .hasMessage("the peer has gone");
    assertThat(said).isEmpty();
    release.countDown();
    assertThat(other.result()).isNotNull();
  }

  @Test
  void when_the_last_who_waits_leaves_it_is_cancelled_and_waited_for() throws Exception {
    Started<Object> leader = Started.on(() -> first.singleflight(KEY, this::work));
    begun.await();
    Started<Object> other = Started.on(() -> second.singleflight(KEY, this::work));
    other.waits();

    first.cancellation().cancel("the peer has gone");
    leader.failure();
    assertThat(said).isEmpty();
    other.thread().interrupt();

    assertThat(other.failure()).isInstanceOf(InterruptedException.class);
    assertThat(said).containsExactly("interrupted: nobody waits for flight " + KEY + " any more");
  }

  @Test
  void who_waits_may_have_a_deadline_of_his_own() throws Exception {
    Started<Object> leader = Started.on(() -> first.singleflight(KEY, this::work));
    begun.await();

    assertThatThrownBy(
            () -> second.timeout(Duration.ofMillis(1), here -> here.singleflight(KEY, this::work)))
        .isInstanceOf(TimeoutException.class);

    release.countDown();
    assertThat(leader.result()).isNotNull();
  }

  @Test
  void its_hooks_have_run_before_anybody_gets_the_result() throws Exception {
    first.singleflight(
        KEY,
        here -> {
          here.onDispose(() -> said.add("closed"));
          return "done";
        });

    assertThat(said).containsExactly("closed");
  }

  @Test
  void in_a_cancelled_scope_nobody_boards() {
    first.cancellation().cancel("the peer has gone");

    assertThatThrownBy(() -> first.singleflight(KEY, this::work))
        .isInstanceOf(CancellationException.class);
    assertThat(begun.getCount()).isEqualTo(1);
  }

  @Test
  void of_many_who_come_and_leave_at_random_each_gets_a_result_or_his_own_cancellation() {
    Seed.run(
        "SingleflightTest",
        random -> {
          AtomicInteger flying = new AtomicInteger();
          AtomicInteger most = new AtomicInteger();
          for (int round = 0; round < 300; round++) {
            List<OwnedScope> scopes = new ArrayList<>();
            List<Started<Integer>> waiting = new ArrayList<>();
            int expected = round;
            for (int i = 0; i < 6; i++) {
              OwnedScope scope = app.openScope("scope " + i);
              scopes.add(scope);
              waiting.add(
                  Started.on(() ->
                      scope.singleflight(
                          KEY,
                          here -> {
                            most.accumulateAndGet(flying.incrementAndGet(), Math::max);
                            try {
                              Thread.yield();
                              here.throwIfCancelled();
                              return expected;
                            } finally {
                              flying.decrementAndGet();
                            }
                          })));
            }
            boolean[] leaves = new boolean[6];
            for (int i = 0; i < 6; i++) {
              leaves[i] = random.nextInt(3) > 0;
              if (leaves[i]) {
                scopes.get(i).cancellation().cancel("scope " + i + " left");
              }
            }
            for (int i = 0; i < 6; i++) {
              Eventually.until(waiting.get(i)::isOver);
              if (leaves[i]) {
                assertThat(endOf(waiting.get(i))).isIn("" + round, "scope " + i + " left");
              } else {
                assertThat(endOf(waiting.get(i))).isEqualTo("" + round);
              }
              scopes.get(i).close();
            }
            assertThat(flying).hasValue(0);
          }
        });
  }

  private static String endOf(Started<Integer> waiting) throws Exception {
    Settlement<Integer> end;
    try {
      end = new Settlement.Success<>(waiting.result());
    } catch (AssertionError failed) {
      return String.valueOf(failed.getCause().getMessage());
    }
    return "" + end.get();
  }

  private Object work(ExecutionScope here) throws InterruptedException {
    begun.countDown();
    try {
      release.await();
      said.add("ended in " + here.name());
      return new Object();
    } catch (InterruptedException e) {
      said.add("interrupted: " + here.cancellation().cause().getMessage());
      throw e;
    }
  }
}
