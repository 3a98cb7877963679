package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The scope that code runs in, and scoped values that travel with it. */
class CurrentScopeTest {
  private static final ScopedValue<String> USER = ScopedValue.newInstance();
  private static final Executable<String> NAME = here -> ExecutionScope.current().name();
  private static final Executable<String> SEEN = here -> USER.orElse("nobody");

  private final Application app = Application.starting().compile();
  private final OwnedScope scope = app.openScope("request");
  private final List<String> said = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    scope.close();
    app.close();
  }

  @Test
  void a_thread_of_no_scope_has_none_and_the_message_says_who_does() {
    assertThatThrownBy(ExecutionScope::current)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("runs in no scope: only a handler's thread");
  }

  @Test
  void it_is_the_innermost_one_wherever_a_task_runs() throws Exception {
    assertThat(ExecutionScope.callIn(scope, NAME)).isEqualTo("request");
    assertThat(scope.execute(NAME)).isEqualTo("request/task");
    assertThat(scope.concurrent(List.of(NAME))).containsExactly("request/concurrent/0");
    assertThat(scope.timeout(Duration.ofDays(1), NAME)).isEqualTo("request/timeout");
    assertThat(scope.shielded(Duration.ofDays(1), NAME)).isEqualTo("request/shielded");
    assertThat(scope.retry(NAME, RetryPolicy.fixed(1, Duration.ZERO)))
        .isEqualTo("request/attempt-1");
    assertThat(scope.inWorker(NAME)).isEqualTo("request/worker");
    assertThat(scope.singleflight("key", NAME)).isEqualTo("flight key/task");
  }

  @Test
  void after_a_task_the_one_around_is_current_again() throws Exception {
    ExecutionScope.callIn(
        scope,
        here -> {
          here.execute(NAME);
          return said.add(ExecutionScope.current().name());
        });

    assertThat(said).containsExactly("request");
  }

  @Test
  void a_disposal_hook_has_the_scope_that_it_was_registered_with() {
    AttributeKey<String> key = AttributeKey.of("user");
    scope
        .withAttribute(key, "ada")
        .onDispose(() -> said.add("hook of " + ExecutionScope.current().attribute(key)));
    scope.defer(here -> said.add("deferred in " + ExecutionScope.current().name()));

    scope.close();
    scope.onDispose(() -> said.add("late in " + ExecutionScope.current().name()));

    assertThat(said)
        .containsExactly("deferred in request/shielded", "hook of ada", "late in request");
  }

  @Test
  void a_scoped_value_is_not_seen_in_forks_unless_it_is_carried() throws Exception {
    ScopedValue.where(USER, "ada")
        .call(() -> {
          assertThat(scope.concurrent(List.of(SEEN))).containsExactly("nobody");
          assertThat(scope.carry(USER).concurrent(List.of(SEEN))).containsExactly("ada");
          assertThat(scope.inWorker(SEEN)).isEqualTo("nobody");
          assertThat(scope.carry(USER).inWorker(SEEN)).isEqualTo("ada");
          assertThat(scope.singleflight("key", SEEN)).isEqualTo("nobody");
          assertThat(scope.carry(USER).singleflight("key", SEEN)).isEqualTo("ada");
          return null;
        });
  }

  @Test
  void it_is_carried_through_forks_of_forks_as_it_was_bound_then() throws Exception {
    ExecutionScope carrying = ScopedValue.where(USER, "ada").call(() -> scope.carry(USER));
    Executable<List<String>> nested =
        here -> here.withAttribute(AttributeKey.of("other"), 1).concurrent(List.of(SEEN));

    List<List<String>> seen =
        ScopedValue.where(USER, "bob").call(() -> carrying.concurrent(List.of(nested)));

    assertThat(seen).containsExactly(List.of("ada"));
  }

  @Test
  void what_is_not_bound_can_not_be_carried() {
    assertThatThrownBy(() -> scope.carry(USER))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("A scoped value that is to be carried isn't bound here");
  }
}
