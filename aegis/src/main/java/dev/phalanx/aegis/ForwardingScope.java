package dev.phalanx.aegis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A scope that adds something to another one: what an upper layer's scopes are built on. */
public abstract class ForwardingScope implements ExecutionScope {
  private final ExecutionScope scope;

  /** Forwards to a scope. */
  protected ForwardingScope(ExecutionScope scope) {
    this.scope = Objects.requireNonNull(scope, "scope");
  }

  /** The scope underneath. */
  protected ExecutionScope delegate() {
    return scope;
  }

  @Override
  public String name() {
    return scope.name();
  }

  @Override
  public <T> T service(Class<T> type) {
    return scope.service(type);
  }

  @Override
  public <T> @Nullable T attribute(AttributeKey<T> key) {
    return scope.attribute(key);
  }

  @Override
  public CancellationToken cancellation() {
    return scope.cancellation();
  }

  @Override
  public void onDispose(Hook hook) {
    scope.onDispose(hook);
  }

  @Override
  public void delay(Duration duration) throws InterruptedException {
    scope.delay(duration);
  }

  @Override
  public TimeSource time() {
    return scope.time();
  }

  @Override
  public ExecutionScope carry(ScopedValue<?>... values) {
    return scope.carry(values);
  }

  @Override
  public <T extends @Nullable Object> T execute(Executable<T> task) throws Exception {
    return scope.execute(task);
  }

  @Override
  public <T extends @Nullable Object, R extends @Nullable Object> R join(
      List<? extends Executable<? extends T>> tasks, int limit, Joiner<T, R> joiner)
      throws Exception {
    return scope.join(tasks, limit, joiner);
  }

  @Override
  public <T extends @Nullable Object> T timeout(Duration limit, Executable<T> task)
      throws Exception {
    return scope.timeout(limit, task);
  }

  @Override
  public <T extends @Nullable Object> T shielded(Duration limit, Executable<T> task)
      throws Exception {
    return scope.shielded(limit, task);
  }

  @Override
  public <T extends @Nullable Object> T retry(Executable<T> task, RetryPolicy policy)
      throws Exception {
    return scope.retry(task, policy);
  }

  @Override
  public <T extends @Nullable Object> T singleflight(Object key, Executable<T> task)
      throws Exception {
    return scope.singleflight(key, task);
  }

  @Override
  public <T extends @Nullable Object> T inWorker(Executable<T> task) throws Exception {
    return scope.inWorker(task);
  }
}
