package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Side;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What much that is read at once costs. */
class IntakeTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void manyPingsInOneReadAreAllAnsweredWithFewFlushes() throws Exception {
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int i = 0; i < 1_000; i++) {
      byte[] number = String.valueOf(i).getBytes();
      flood.writeBytes(Conversation.bytesOf(EncodedFrame.ping(Side.CLIENT, number)));
    }
    try (var server = Conversation.Server.start();
        var wire =
            new WatchedWire(
                server,
                WsConfig.defaults(),
                scope -> scope.connection().inbound().forEach(message -> {}))) {
      wire.peer.send(flood.toByteArray());
      assertThat(HeardFrame.in(wire.peer.receive()))
          .hasSize(1_000)
          .allMatch(frame -> frame.opcode() == HeardFrame.PONG)
          .extracting(HeardFrame::text)
          .startsWith("0", "1", "2")
          .endsWith("999");
      assertThat(wire.flushes()).isLessThanOrEqualTo(1_000 / 32 + 1);
      wire.peer.close();
      assertThat(wire.seesTheHandlerEnd()).isTrue();
    }
  }

  @Test
  void aReadFullOfSmallMessagesCostsThemNotItsSquare() throws Exception {
    int messages = 8_000;
    byte[] small = Conversation.text("x");
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int i = 0; i < messages; i++) {
      flood.writeBytes(small);
    }
    CountDownLatch all = new CountDownLatch(messages);
    try (var talk =
        Conversation.with(
            WsConfig.defaults().withInboundMessages(2),
            scope -> scope.connection().inbound().forEach(message -> all.countDown()))) {
      long before = allocatedByLaneOf(talk);
      talk.peer.send(flood.toByteArray());
      all.await();
      long each = (allocatedByLaneOf(talk) - before) / messages;
      assertThat(each).as("bytes allocated for a message of one byte").isLessThan(1_000);
    }
  }

  private static long allocatedByLaneOf(Conversation talk) {
    long[] bytes = {0};
    talk.lane.run(() -> bytes[0] = THREADS.getCurrentThreadAllocatedBytes());
    return bytes[0];
  }
}
