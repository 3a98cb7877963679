package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Does the watch bark? */
class LeakWatchTest {
  @Test
  void a_buffer_that_nobody_releases_is_found_and_reported() {
    Logger logger = Logger.getLogger(ResourceLeakDetector.class.getName());
    LeakWatch.Watch watch = new LeakWatch.Watch(true);
    logger.setUseParentHandlers(false); // what is meant need not be on the console
    try {
      throwAway();

      assertThatThrownBy(watch::close)
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("1 of Netty's buffers leaked")
          .hasMessageContaining(LeakWatch.DELIBERATE);
    } finally {
      logger.setUseParentHandlers(true);
    }
  }

  @Test
  void buffers_that_are_released_are_no_leak() {
    LeakWatch.Watch watch = new LeakWatch.Watch(true);

    ByteBufAllocator.DEFAULT.directBuffer(100).touch(LeakWatch.DELIBERATE).release();

    watch.close();
  }

  private static void throwAway() {
    ByteBufAllocator.DEFAULT.directBuffer(100).touch(LeakWatch.DELIBERATE);
  }
}
