package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class LoopLogTest {
  /** An appender that waits for its disk. */
  private static final class SlowAppender extends Handler {
    final CountDownLatch disk = new CountDownLatch(1);
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord line) {
      try {
        disk.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      lines.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @Test
  void whoLogsWaitsForNoAppenderAndWhatIsTooMuchIsCounted() {
    Logger logger = Logger.getLogger(WsGateway.class.getName());
    SlowAppender slow = new SlowAppender();
    logger.addHandler(slow);
    logger.setUseParentHandlers(false);
    try {
      for (int i = 0; i < 500; i++) {
        LoopLog.error(new IllegalStateException("for the test"), "line " + i);
      }
      slow.disk.countDown();
      await().until(() -> slow.lines.stream().anyMatch(line -> line.contains("more lines")));
      assertThat(slow.lines).contains("line 0");
      assertThat(slow.lines.size()).isBetween(LoopLog.MOST_WAITING, 2 * LoopLog.MOST_WAITING);
    } finally {
      logger.setUseParentHandlers(true);
      logger.removeHandler(slow);
    }
  }
}
