package dev.phalanx.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Has java.util.logging, which stands behind SLF4J here, write a line an event, and stay open until
 * the server has gone down. Any thread.
 */
public final class OneLineLog {
  private static final String FORMAT = "java.util.logging.SimpleFormatter.format";
  private static final String MANAGER = "java.util.logging.manager";

  /** Longer than a server takes to go down. */
  private static final long LIMIT_SECONDS = 60;

  private static volatile @Nullable CountDownLatch end;

  private OneLineLog() {}

  /** Installs both, unless the system's properties ask for something else. Before anything logs. */
  public static void install() {
    if (System.getProperty(FORMAT) == null) {
      System.setProperty(FORMAT, "%1$tF %1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
    }
    if (System.getProperty(MANAGER) == null) {
      System.setProperty(MANAGER, LateResetLogManager.class.getName());
    }
    Logger.getLogger("").getHandlers(); // makes them: once the process ends, the JDK makes none
  }

  /** Has the log stay open, when the process ends, until the latch is. */
  public static void stayOpenUntil(CountDownLatch latch) {
    end = latch;
  }

  /** Waits for that, with a limit; whether nothing more will be logged. */
  static boolean awaitLastLine() {
    CountDownLatch latch = end;
    try {
      return latch == null || latch.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
