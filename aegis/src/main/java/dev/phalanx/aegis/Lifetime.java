package dev.phalanx.aegis;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all views of one scope share. Its lock guards the hooks only, and is never held while one
 * runs.
 */
final class Lifetime {
  private static final Logger log = LoggerFactory.getLogger(Scope.class);

  final String name;
  final ServiceResolver services;
  final TimeSource time;
  final CancellationToken token = CancellationToken.create();

  private @Nullable Deque<Scope.Hook> hooks; // guarded by this; null while there are none
  private boolean disposed; // guarded by this

  Lifetime(String name, ServiceResolver services, TimeSource time) {
    this.name = name;
    this.services = services;
    this.time = time;
  }

  /** A lifetime inside this one's work, of the same application. */
  Lifetime inner(String suffix) {
    return new Lifetime(name + "/" + suffix, services, time);
  }

  void onDispose(Scope.Hook hook) {
    if (!add(hook) && run(hook) instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized boolean add(Scope.Hook hook) {
    if (disposed) {
      return false;
    }
    if (hooks == null) {
      hooks = new ArrayDeque<>(2);
    }
    hooks.push(hook);
    return true;
  }

  void end() {
    token.cancel(name + " has ended");
    Deque<Scope.Hook> toRun;
    synchronized (this) {
      disposed = true;
      toRun = hooks;
      hooks = null;
    }
    if (toRun != null) {
      Runnable runAll = () -> toRun.forEach(this::run);
      Thread disposer = Thread.ofVirtual().name(name + "/dispose").start(runAll);
      Stragglers.await(disposer, ExecutionScope.DISPOSE_LIMIT);
    }
  }

  /** What the hook threw; null if nothing. */
  private @Nullable Throwable run(Scope.Hook hook) {
    try {
      hook.run();
      return null;
    } catch (Throwable e) { // an Error, too, must not stop the other hooks
      log.error("A disposal hook of {} failed", name, e);
      return e;
    }
  }
}
