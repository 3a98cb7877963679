package dev.phalanx.aegis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A view of a {@link Lifetime}, with its attributes; and the primitives that stand on it. */
final class LiveScope implements OwnedScope {
  private final Lifetime life;
  private final Attributes attributes;
  private final @Nullable Interrupts interrupts; // null where no thread has been given one yet

  LiveScope(Lifetime life, Attributes attributes, @Nullable Interrupts interrupts) {
    this.life = life;
    this.attributes = attributes;
    this.interrupts = interrupts;
  }

  @Override
  public String name() {
    return life.name;
  }

  @Override
  public <T> T service(Class<T> type) {
    return life.services.resolve(type);
  }

  @Override
  public <T> @Nullable T attribute(AttributeKey<T> key) {
    return attributes.get(key);
  }

  @Override
  public <T> LiveScope withAttribute(AttributeKey<T> key, T value) {
    Attributes more = attributes.with(key, Objects.requireNonNull(value, key.name()));
    return new LiveScope(life, more, interrupts);
  }

  @Override
  public CancellationToken cancellation() {
    return life.token;
  }

  @Override
  public void onDispose(Hook hook) {
    life.onDispose(hook);
  }

  @Override
  public void delay(Duration duration) throws InterruptedException {
    long deadline = life.time.nanoTime() + duration.toNanos();
    Thread waiting = Thread.currentThread();
    var wakeUp = life.token.onCancel(() -> LockSupport.unpark(waiting));
    try {
      while (life.time.nanoTime() - deadline < 0) {
        throwIfCancelled();
        if (Thread.interrupted()) {
          throw new InterruptedException(name() + " was interrupted in a delay of " + duration);
        }
        life.time.parkUntil(deadline);
      }
    } finally {
      wakeUp.close();
    }
  }

  @Override
  public <T> List<T> concurrent(List<? extends Executable<? extends T>> tasks) throws Exception {
    throwIfCancelled();
    return new TaskGroup<T>(life, attributes).run(tasks);
  }

  @Override
  public <T extends @Nullable Object> T timeout(Duration limit, Executable<T> task)
      throws Exception {
    throwIfCancelled();
    Lifetime inner = life.inner("timeout");
    var link = life.token.onCancel(() -> inner.token.cancel(name() + " was cancelled"));
    try {
      Interrupts caller = Interrupts.ofCaller(interrupts);
      return new Deadline(inner, limit, caller).run(attributes, task);
    } finally {
      link.close();
    }
  }

  @Override
  public <T extends @Nullable Object> T shielded(Duration limit, Executable<T> task)
      throws Exception {
    Lifetime inner = life.inner("shielded"); // linked to nothing: that is the shield
    Interrupts caller = Interrupts.ofCaller(interrupts);
    caller.raiseShield();
    try {
      return new Deadline(inner, limit, caller.inside()).run(attributes, task);
    } finally {
      caller.lowerShield();
    }
  }

  @Override
  public void close() {
    life.end();
  }
}
