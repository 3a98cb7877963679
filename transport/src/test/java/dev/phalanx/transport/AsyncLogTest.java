package dev.phalanx.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AsyncLogTest {
  private static final String NAME = AsyncLogTest.class.getName();

  private final Logger backend = Logger.getLogger(NAME);
  private final CountDownLatch pipeIsRead = new CountDownLatch(1);
  private final BlockingQueue<String> written = new LinkedBlockingQueue<>();
  private final Handler pipe = new Pipe();
  private final AsyncLog log = new AsyncLog(LoggerFactory.getLogger(NAME));

  @BeforeEach
  void what_is_logged_goes_into_a_pipe() {
    backend.setLevel(Level.FINE);
    backend.setUseParentHandlers(false);
    backend.addHandler(pipe);
  }

  @AfterEach
  void and_no_more() {
    backend.removeHandler(pipe);
    backend.setLevel(null);
  }

  @Test
  void nobody_waits_for_a_pipe_that_is_not_read_and_the_lines_come_in_order() throws Exception {
    for (int i = 0; i < 100; i++) {
      log.debug("line {}", i);
    }
    pipeIsRead.countDown();

    for (int i = 0; i < 100; i++) {
      assertThat(written.take()).isEqualTo("line " + i);
    }
  }

  @Test
  void lines_for_which_there_is_no_room_are_counted() throws Exception {
    int all = AsyncLog.MAX_WAITING + 10;
    for (int i = 0; i < all; i++) {
      log.debug("line {}", i);
    }
    pipeIsRead.countDown();

    List<String> lines = new ArrayList<>();
    for (int i = 0; i < AsyncLog.MAX_WAITING + 1; i++) {
      lines.add(written.take());
    }
    assertThat(lines).contains("10 lines were dropped here, because 1024 waited");
  }

  @Test
  void nothing_is_kept_of_a_level_that_is_off() throws Exception {
    backend.setLevel(Level.INFO);
    log.debug("line {}", 1);
    backend.setLevel(Level.FINE);
    log.debug("line {}", 2);
    pipeIsRead.countDown();

    assertThat(written.take()).isEqualTo("line 2");
  }

  /** Is full until it is read. */
  private final class Pipe extends Handler {
    @Override
    public void publish(LogRecord entry) {
      try {
        pipeIsRead.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      written.add(new SimpleFormatter().formatMessage(entry));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
