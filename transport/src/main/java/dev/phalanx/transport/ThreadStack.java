package dev.phalanx.transport;

import java.util.concurrent.locks.LockSupport;

/**
 * Where a thread is, as lines for a log. By {@link Thread#getStackTrace} and not by a dump of all
 * threads: {@code HotSpotDiagnosticMXBean.dumpThreads} of JDK 25 can end the process with a
 * segmentation fault while virtual threads mount and unmount (JDK-8364343).
 */
final class ThreadStack {
  private static final int LINES = 24;

  /** The class whose frames are on top of a virtual thread's stack when no carrier runs it. */
  private static final String VIRTUAL_THREAD = "java.lang.VirtualThread";

  private ThreadStack() {}

  static String describe(Thread thread) {
    Object blocker = LockSupport.getBlocker(thread);
    StringBuilder text = new StringBuilder();
    text.append('"').append(thread.getName()).append("\" ").append(thread.getState());
    if (blocker != null) {
      text.append(", waiting for a ").append(blocker.getClass().getName());
    }
    StackTraceElement[] stack = thread.getStackTrace();
    for (int i = 0; i < Math.min(LINES, stack.length); i++) {
      text.append("\n\tat ").append(stack[i]);
    }
    return text.toString();
  }

  /** Whether a carrier runs a virtual thread just now, by its stack. */
  static boolean isMounted(Thread thread) {
    if (thread.getState() != Thread.State.RUNNABLE) {
      return false;
    }
    StackTraceElement[] stack = thread.getStackTrace();
    return stack.length > 0 && !stack[0].getClassName().equals(VIRTUAL_THREAD);
  }
}
