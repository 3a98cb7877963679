package dev.phalanx.aegis;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * What travels with a scope into the tasks that run in it: its attributes, and the scoped values
 * that are carried. A virtual thread inherits no scoped value, so they are bound again at each
 * fork, and with them the scope itself.
 */
record Context(Attributes attributes, ScopedValue.@Nullable Carrier carried) {
  static final Context EMPTY = new Context(Attributes.EMPTY, null);

  private static final ScopedValue<ExecutionScope> CURRENT = ScopedValue.newInstance();

  static ExecutionScope current() {
    if (!CURRENT.isBound()) {
      throw new IllegalStateException(
          "%s runs in no scope: only a handler's thread, and those that its scope forks, have one"
              .formatted(Thread.currentThread()));
    }
    return CURRENT.get();
  }

  /** Those that the current scope's thread is given; null where there is no scope, or none yet. */
  static @Nullable Interrupts interrupts() {
    return CURRENT.isBound() && CURRENT.get() instanceof LiveScope scope
        ? scope.interrupts()
        : null;
  }

  <T> Context with(AttributeKey<T> key, T value) {
    return new Context(attributes.with(key, value), carried);
  }

  /** The same with scoped values more, as the calling thread sees them now. */
  Context carrying(ScopedValue<?>... values) {
    ScopedValue.Carrier all = carried;
    for (ScopedValue<?> value : values) {
      all = bind(all, value);
    }
    return new Context(attributes, all);
  }

  private static <V> ScopedValue.Carrier bind(
      ScopedValue.@Nullable Carrier others, ScopedValue<V> value) {
    V bound;
    try {
      bound = value.get();
    } catch (NoSuchElementException e) {
      throw new IllegalStateException("A scoped value that is to be carried isn't bound here", e);
    }
    return others == null ? ScopedValue.where(value, bound) : others.where(value, bound);
  }

  /** Does the work on the calling thread, with the scope and what is carried bound to it. */
  <T extends @Nullable Object> T call(ExecutionScope scope, Executable<T> work) throws Exception {
    ScopedValue.Carrier current =
        carried == null ? ScopedValue.where(CURRENT, scope) : carried.where(CURRENT, scope);
    return current.<T, Exception>call(() -> work.execute(scope));
  }
}
