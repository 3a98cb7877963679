package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A group with a joiner of the user's own. */
class JoinTest {
  /** Enough is two values; failures are counted. */
  private static final class FirstTwo implements Joiner<String, String> {
    private final List<String> values = new ArrayList<>();
    private int failures;

    @Override
    public boolean settled(int index, Settlement<String> settlement) {
      switch (settlement) {
        case Settlement.Success<String>(String value) -> values.add(index + ":" + value);
        case Settlement.Failure<String>(Throwable cause) -> failures++;
      }
      return values.size() == 2;
    }

    @Override
    public String result() {
      return values + " and " + failures + " failed";
    }
  }

  private static final Joiner<String, String> NEVER_ENOUGH =
      new Joiner<>() {
        @Override
        public boolean settled(int index, Settlement<String> settlement) {
          return false;
        }

        @Override
        public String result() {
          return "the result";
        }
      };

  private final OwnedScope scope = Application.starting().compile().openScope("request");
  private final CountDownLatch release = new CountDownLatch(1);

  @AfterEach
  void close() {
    release.countDown();
    scope.close();
  }

  @Test
  void the_group_ends_when_the_joiner_has_enough_and_it_is_told_of_those_that_were_stopped()
      throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);

    String result =
        scope.join(
            List.of(
                here -> {
                  begun.countDown();
                  new CountDownLatch(1).await();
                  return "never";
                },
                here -> {
                  here.onDispose(failed::countDown);
                  throw new IllegalStateException("it failed");
                },
                here -> {
                  begun.await();
                  failed.await();
                  return "a";
                },
                here -> {
                  begun.await();
                  failed.await();
                  return "b";
                }),
            Integer.MAX_VALUE,
            new FirstTwo());

    assertThat(result).contains("2:a", "3:b").endsWith("and 2 failed");
  }

  @Test
  void once_it_has_enough_no_other_task_begins() throws Exception {
    List<String> begun = new ArrayList<>();
    List<Executable<String>> tasks = new LinkedList<>();
    for (int i = 0; i < 10; i++) {
      int self = i;
      tasks.add(here -> {
        begun.add("task " + self);
        return "" + self;
      });
    }

    assertThat(scope.join(tasks, 1, new FirstTwo())).isEqualTo("[0:0, 1:1] and 0 failed");
    assertThat(begun).containsExactly("task 0", "task 1");
  }

  @Test
  void what_a_joiner_throws_ends_the_group_and_comes_out() {
    IllegalStateException broken = new IllegalStateException("the joiner is broken");
    CountDownLatch begun = new CountDownLatch(1);

    assertThatThrownBy(() ->
            scope.join(
                List.of(
                    here -> {
                      begun.countDown();
                      new CountDownLatch(1).await();
                      return "never";
                    },
                    here -> {
                      begun.await();
                      return "value";
                    }),
                Integer.MAX_VALUE,
                new Joiner<String, String>() {
                  @Override
                  public boolean settled(int index, Settlement<String> settlement) {
                    throw broken;
                  }

                  @Override
                  public String result() {
                    throw new AssertionError("asked for a result all the same");
                  }
                }))
        .isSameAs(broken);
  }

  @Test
  void what_it_throws_as_the_result_comes_out() {
    Exception failure = new Exception("not good enough");

    assertThatThrownBy(() ->
            scope.join(
                List.<Executable<String>>of(here -> "value"),
                1,
                new Joiner<String, String>() {
                  @Override
                  public boolean settled(int index, Settlement<String> settlement) {
                    return false;
                  }

                  @Override
                  public String result() throws Exception {
                    throw failure;
                  }
                }))
        .isSameAs(failure);
  }

  @Test
  void without_tasks_the_joiner_is_only_asked_for_the_result() throws Exception {
    assertThat(scope.join(List.of(), 1, NEVER_ENOUGH)).isEqualTo("the result");
  }

  /** Else a list with holes would come out, of tasks that never began. */
  @Test
  void a_task_that_cancels_its_own_scope_ends_the_group_and_the_reason_comes_out() {
    assertThatThrownBy(() ->
            scope.map(
                List.of(1, 2, 3),
                (here, item) -> {
                  here.cancellation().cancel("the first is enough");
                  return "" + item;
                },
                1))
        .isInstanceOf(CancellationException.class)
        .hasMessage("the first is enough");
    assertThat(scope.isCancelled()).as("the scope around").isFalse();
  }

  @Test
  void a_settlement_of_tasks_that_cancelled_their_own_scope_is_no_settlement() {
    assertThatThrownBy(() ->
            scope.settle(
                List.of(
                    here -> here.cancellation().cancel("one is enough"),
                    here -> {
                      release.await();
                      return true;
                    })))
        .isInstanceOf(CancellationException.class)
        .hasMessage("one is enough");
  }

  @Test
  void a_list_of_tasks_that_changes_meanwhile_is_no_matter() throws Exception {
    List<Executable<String>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int self = i;
      tasks.add(here -> {
        tasks.clear();
        return "" + self;
      });
    }

    assertThat(scope.join(tasks, 1, new Joiners.AllOrNothing<String>(4)))
        .containsExactly("0", "1", "2", "3");
  }
}
