package dev.phalanx.cli;

import java.util.logging.LogManager;

/**
 * The JDK's log manager, but for {@link #reset}: the JDK calls it in a shutdown hook, which runs
 * beside the hook in which a server goes down, and closes the log before the server has reported
 * what would not end. This one waits for the server. {@link OneLineLog} installs it.
 */
public final class LateResetLogManager extends LogManager {
  /** Called by the JDK. */
  public LateResetLogManager() {}

  /** Closes the log at the end of the process, or replaces its configuration before. */
  @Override
  public void reset() {
    if (OneLineLog.awaitLastLine()) {
      super.reset();
    }
  }
}
