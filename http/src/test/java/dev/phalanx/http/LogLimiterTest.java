package dev.phalanx.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line that comes too often. */
class LogLimiterTest {
  private static final Logger log = LoggerFactory.getLogger(LogLimiterTest.class);

  private final java.util.logging.Logger behind =
      java.util.logging.Logger.getLogger(LogLimiterTest.class.getName());
  private final List<String> lines = new ArrayList<>();
  private final Handler capture =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          lines.add(new SimpleFormatter().formatMessage(entry));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    behind.setLevel(Level.INFO);
    behind.addHandler(capture);
    behind.setUseParentHandlers(false);
  }

  @AfterEach
  void stopListening() {
    behind.removeHandler(capture);
    behind.setUseParentHandlers(true);
    behind.setLevel(null);
  }

  @Test
  void oneLineAnIntervalIsLoggedAndTheOthersAreCounted() {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE); // the clock may overflow
    LogLimiter limiter = new LogLimiter(Duration.ofSeconds(1), now::get);

    limiter.info(log, "refused {}", "a");
    limiter.info(log, "refused {}", "b");
    limiter.info(log, "refused {}", "c");
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    limiter.info(log, "refused {}", "d");
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    limiter.info(log, "refused {}", "e");

    assertThat(lines).containsExactly("refused a", "refused d (and 2 more like this)", "refused e");
  }
}
