package dev.phalanx.testkit;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Threads, for people: what they do, and where. */
final class Stacks {
  private Stacks() {}

  static String of(String who, @Nullable Thread thread) {
    if (thread == null) {
      return who + " hasn't begun";
    }
    StackTraceElement[] stack = thread.getStackTrace();
    if (thread.getState() == Thread.State.TERMINATED || stack.length == 0) {
      return who + " has returned";
    }
    boolean runs = thread.getState() == Thread.State.RUNNABLE;
    return who
        + (runs ? " runs: thread \"" : " waits: thread \"")
        + thread.getName()
        + "\""
        + Arrays.stream(stack).map(frame -> "\n    at " + frame).collect(Collectors.joining());
  }
}
