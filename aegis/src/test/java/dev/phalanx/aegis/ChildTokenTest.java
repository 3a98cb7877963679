package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tokens that something else cancels: another token, or the time. */
class ChildTokenTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final HeldClock clock = new HeldClock();
  private final CancellationToken parent = CancellationToken.create();
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  @Test
  void a_child_is_cancelled_with_its_parent_for_the_same_reason() {
    CancellationToken child = parent.child();
    CancellationToken grandchild = child.child();

    parent.cancel("the peer has gone");

    assertThat(child.cause()).hasMessage("the peer has gone");
    assertThat(grandchild.cause()).hasMessage("the peer has gone");
  }

  @Test
  void a_child_that_is_cancelled_leaves_its_parent_as_it_is_and_is_let_go() {
    CancellationToken child = parent.child();
    assertThat(parent.actions()).isEqualTo(1);

    child.cancel("not needed");

    assertThat(parent.isCancelled()).isFalse();
    assertThat(parent.actions()).isZero();
  }

  @Test
  void a_child_that_is_closed_is_let_go_and_cancelled_by_itself_only() {
    CancellationToken child = parent.child();

    child.close();
    child.close();
    parent.cancel("the peer has gone");

    assertThat(child.isCancelled()).isFalse();
    assertThat(child.cancel("by itself")).isTrue();
  }

  @Test
  void a_child_of_a_cancelled_token_is_cancelled_at_once() {
    parent.cancel("the peer has gone");

    assertThat(parent.child().cause()).hasMessage("the peer has gone");
  }

  @Test
  void a_child_of_none_can_be_cancelled_by_itself() {
    CancellationToken child = CancellationToken.none().child();

    assertThat(child.cancel("by itself")).isTrue();
    assertThat(CancellationToken.none().isCancelled()).isFalse();
  }

  @Test
  void a_timeout_cancels_when_its_time_is_over_and_its_actions_run_on_another_thread() {
    CancellationToken token = CancellationToken.timeout(SECOND, clock);
    Thread timersThread = Thread.currentThread(); // of this clock
    token.onCancel(() -> said.add("elsewhere: " + (Thread.currentThread() != timersThread)));

    clock.advance(SECOND.minusNanos(1));
    assertThat(token.isCancelled()).isFalse();
    clock.advance(Duration.ofNanos(1));

    assertThat(token.cause()).hasMessage("it took longer than PT1S");
    Eventually.until(() -> said.size() == 1);
    assertThat(said).containsExactly("elsewhere: true");
  }

  @Test
  void a_timeout_that_is_closed_or_cancelled_takes_its_timer_back() {
    CancellationToken closed = CancellationToken.timeout(SECOND, clock);
    CancellationToken cancelled = CancellationToken.timeout(SECOND, clock);
    assertThat(clock.timers()).isEqualTo(2);

    closed.close();
    cancelled.cancel("not needed");

    assertThat(clock.timers()).isZero();
    clock.advance(SECOND);
    assertThat(closed.isCancelled()).isFalse();
    assertThat(cancelled.cause()).hasMessage("not needed");
  }

  @Test
  void no_time_at_all_is_over_at_once() {
    CancellationToken token = CancellationToken.timeout(Duration.ZERO, TimeSource.system());

    Eventually.until(token::isCancelled);
  }

  @Test
  void actions_taken_back_in_any_order_leave_the_others_in_theirs() {
    Seed.run("ChildTokenTest.order", this::takeBackAtRandom);
  }

  private void takeBackAtRandom(Random random) {
    for (int round = 0; round < 200; round++) {
      CancellationToken token = CancellationToken.create();
      List<Integer> ran = new ArrayList<>();
      List<Integer> expected = new ArrayList<>();
      List<CancellationToken.Registration> takenBack = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        int self = i;
        var registration = token.onCancel(() -> ran.add(self));
        if (random.nextBoolean()) {
          takenBack.add(registration);
        } else {
          expected.add(i);
        }
      }
      Collections.shuffle(takenBack, random);
      takenBack.forEach(CancellationToken.Registration::close);
      takenBack.forEach(CancellationToken.Registration::close);
      assertThat(token.actions()).isEqualTo(expected.size());

      token.cancel("now");

      assertThat(ran).isEqualTo(expected);
    }
  }

  @Test
  void a_deadline_of_a_scope_leaves_nothing_with_the_scope_around() throws Exception {
    try (OwnedScope scope = Application.starting().time(clock).compile().openScope("request")) {
      scope.timeout(SECOND, here -> here.concurrent(List.of(task -> 1, task -> 2)));
      scope.singleflight("key", here -> 1);
      scope.inWorker(here -> 1);

      assertThat(scope.cancellation().actions()).isZero();
      assertThat(clock.timers()).isZero();
    }
  }
}
