package dev.phalanx.http;

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

class BackgroundLoggerTest {
  private static final String NAME = BackgroundLoggerTest.class.getName();

  private final Logger backend = Logger.getLogger(NAME);
  private final CountDownLatch pipeIsRead = new CountDownLatch(1);
  private final BlockingQueue<String> written = new LinkedBlockingQueue<>();
  private final Handler pipe = new Pipe();
  private final BackgroundLogger log = BackgroundLogger.of(NAME);

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
    for (int i = 0; i < BackgroundLogger.MOST + 20; i++) {
      log.debug("line {}", i); // the writer has one of them, if it was quick
    }
    pipeIsRead.countDown();

    List<String> lines = new ArrayList<>();
    while (lines.stream().noneMatch(line -> line.contains("lines of the log were lost"))) {
      lines.add(written.take());
    }
    assertThat(lines.getLast()).matches("(19|20) lines of the log were lost: .*");
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
