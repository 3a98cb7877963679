package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.testkit.HermesTest;
import dev.phalanx.transport.BufferWatch;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.logging.Logger;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Does the watch bark? */
class LeakWatchTest {
  private static final Logger LOG = Logger.getLogger(ResourceLeakDetector.class.getName());

  @BeforeEach
  void what_is_meant_need_not_be_on_the_console() {
    LOG.setUseParentHandlers(false);
    assertThat(BufferWatch.leaks()).as("leaks of tests before").isEmpty();
  }

  @AfterEach
  void what_is_not_meant_must_be() {
    LOG.setUseParentHandlers(true);
  }

  @Test
  void a_buffer_that_nobody_releases_is_found_and_reported() {
    throwAway("a deliberate leak");

    assertThatThrownBy(new LeakWatch.Watch()::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("1 of Netty's buffers leaked")
        .hasMessageContaining("a deliberate leak");
  }

  @Test
  void buffers_that_are_released_are_no_leak() {
    ByteBufAllocator.DEFAULT.directBuffer(100).touch("released").release();

    assertThat(BufferWatch.leaks()).isEmpty();
  }

  @Test
  void a_test_on_a_port_that_leaks_one_fails() {
    TestRun run = TestRun.of(Leaking.class);

    assertThat(run.failures())
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
        .hasMessageStartingWith("left behind:\n- a buffer of Netty's, never released: ByteBuf")
        .hasMessageContaining("another deliberate leak");
  }

  @EnabledIf("dev.phalanx.it.TestRun#isRunning")
  static final class Leaking {
    @RegisterExtension final HermesTest hermes = HermesTest.onPort(runner -> runner);

    @Test
    void throws_a_buffer_away() {
      throwAwayAnother("another deliberate leak");
    }
  }

  private static void throwAway(String hint) {
    ByteBufAllocator.DEFAULT.directBuffer(100).touch(hint);
  }

  /** Netty reports no place twice. */
  private static void throwAwayAnother(String hint) {
    ByteBufAllocator.DEFAULT.directBuffer(200).touch(hint);
  }
}
