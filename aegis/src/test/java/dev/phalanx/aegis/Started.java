package dev.phalanx.aegis;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Work on a virtual thread of its own, and how it ended. */
final class Started<T> {
  /** Work that gives nothing. */
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  private record Outcome<T>(T result, Throwable failure) {}

  private final CompletableFuture<Outcome<T>> outcome = new CompletableFuture<>();
  private final Thread thread;

  private Started(Callable<T> work) {
    thread = Thread.ofVirtual().name("started").start(() -> outcome.complete(outcomeOf(work)));
  }

  static <T> Started<T> on(Callable<T> work) {
    return new Started<>(work);
  }

  static Started<Boolean> running(Work work) {
    return new Started<>(() -> {
      work.run();
      return true;
    });
  }

  private static <T> Outcome<T> outcomeOf(Callable<T> work) {
    try {
      return new Outcome<>(work.call(), null);
    } catch (Throwable e) {
      return new Outcome<>(null, e);
    }
  }

  Thread thread() {
    return thread;
  }

  /** Waits until it does nothing but wait itself, with a limit or without. */
  void waits() {
    Eventually.until(() -> thread.getState().name().endsWith("WAITING"));
  }

  boolean isOver() {
    return outcome.isDone();
  }

  /** What it gave, once it has ended. */
  T result() throws Exception {
    Outcome<T> end = outcome.get(20, TimeUnit.SECONDS);
    if (end.failure() != null) {
      throw new AssertionError("it failed", end.failure());
    }
    return end.result();
  }

  /** What it threw, once it has ended. */
  Throwable failure() throws Exception {
    Outcome<T> end = outcome.get(20, TimeUnit.SECONDS);
    if (end.failure() == null) {
      throw new AssertionError("it should have failed, but gave " + end.result());
    }
    return end.failure();
  }
}
