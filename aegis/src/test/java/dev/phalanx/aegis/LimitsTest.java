package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What outlasts its limit. The limits are seconds of real time, so what these tests look at begins
 * in all of them at once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsTest {
  private final Application app = Application.starting().compile();
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final CapturedLog hooksLog = CapturedLog.of(Scope.class);
  private final CapturedLog stragglersLog = CapturedLog.of(Stragglers.class);

  private Started<Boolean> closing;
  private Started<List<String>> group;

  @BeforeAll
  void begin() {
    closing = Started.running(this::closeWithHooks);
    group = Started.on(this::runStuckGroup);
  }

  @AfterAll
  void end() {
    release.countDown();
    hooksLog.close();
    stragglersLog.close();
  }

  /** Takes {@link ExecutionScope#DISPOSE_LIMIT}. */
  @Test
  void a_hook_that_takes_longer_than_the_limit_is_interrupted_and_the_next_one_runs()
      throws Exception {
    closing.result();

    assertThat(said).containsExactly("the slow one", "the next one");
    assertThat(hooksLog.causes()).singleElement().isInstanceOf(InterruptedException.class);
  }

  private void closeWithHooks() {
    OwnedScope scope = app.openScope("slow to close");
    scope.onDispose(() -> said.add("the next one"));
    scope.onDispose(() -> {
      said.add("the slow one");
      release.await();
      said.add("never");
    });
    scope.close();
  }

  /** Takes {@link ExecutionScope#TASK_LIMIT}, and the second that an interrupted thread has. */
  @Test
  void a_group_does_not_wait_for_ever_for_tasks_that_will_not_end_but_reports_them()
      throws Exception {
    assertThat(group.failure()).hasMessage("the other one failed");

    assertThat(stragglersLog.messages()) // in one wait for all of them, not in one for each
        .hasSize(3)
        .allMatch(m -> m.startsWith("stuck/concurrent-"))
        .allMatch(m -> m.contains("did not end within PT5S, nor when interrupted"))
        .allMatch(m -> m.contains("LimitsTest.ignoresInterrupts"));
  }

  private List<String> runStuckGroup() throws Exception {
    CountDownLatch begun = new CountDownLatch(3);
    Executable<String> stuck =
        here -> {
          begun.countDown();
          ignoresInterrupts();
          return "at last";
        };
    Executable<String> failing =
        here -> {
          begun.await();
          throw new IllegalStateException("the other one failed");
        };
    try (OwnedScope scope = app.openScope("stuck")) {
      return scope.concurrent(List.of(stuck, failing, stuck, stuck));
    }
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
