package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a connection costs in memory, measured in bytes that its thread has allocated. */
class MemoryTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What the peer may announce freely, with limits that allow it. */
  private static final Limits LARGE =
      new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  @ParameterizedTest
  @ValueSource(longs = {60 * 1024, 2_000_000_000L, 1L << 40, Long.MAX_VALUE})
  @DisplayName("§10.4: announcing a large frame costs nothing; only bytes that come cost")
  void announcing(long length) {
    byte[] header = RawFrame.text("").announcing(length).from(Side.CLIENT);
    byte[] few = new byte[100];

    long allocated =
        allocatedBy(
            1_000,
            () -> {
              Protocol protocol = new Protocol(Side.SERVER, LARGE);
              protocol.receive(ByteBuffer.wrap(header));
              protocol.receive(ByteBuffer.wrap(few));
            });

    assertThat(allocated).as("bytes for each connection").isLessThan(1_000);
  }

  @Test
  void anIdleConnectionIsSmall() {
    Protocol[] kept = new Protocol[1];

    long allocated =
        allocatedBy(1_000, () -> kept[0] = new Protocol(Side.SERVER, Limits.defaults()));

    assertThat(allocated).as("bytes for each connection").isLessThanOrEqualTo(250);
  }

  @Test
  void aSmallMessageCostsItsPayloadAndItsEvent() {
    Protocol protocol = new Protocol(Side.SERVER, Limits.defaults());
    ByteBuffer in = ByteBuffer.wrap(RawFrame.text("x".repeat(100)).from(Side.CLIENT));

    long allocated = allocatedBy(10_000, () -> protocol.receive(in.rewind()));

    // An array of 100 bytes with its header is 120, and a record of one reference 16 or 24.
    assertThat(allocated).as("bytes for each message").isLessThanOrEqualTo(120 + 24);
  }

  @Test
  void afterAMessageNothingIsHeld() {
    Protocol protocol = new Protocol(Side.SERVER, Limits.defaults());
    ByteBuffer ping = ByteBuffer.wrap(RawFrame.ping("").from(Side.CLIENT));

    protocol.receive(ping);
    assertThat(protocol).extracting("owed").isNotNull();
    protocol.pollControl();

    assertThat(protocol).extracting("owed").isNull();
    assertThat(protocol).extracting("message.payload.bytes").isEqualTo(new byte[0]);
    assertThat(protocol).extracting("controlPayload.bytes").isEqualTo(new byte[0]);
  }

  @Test
  void aFailedConnectionHoldsNothing() {
    Protocol protocol = new Protocol(Side.SERVER, Limits.defaults());

    protocol.receive(ByteBuffer.wrap(RawFrame.text("begun").unfinished().from(Side.CLIENT)));
    assertThat(protocol).extracting("message.payload.bytes").isNotEqualTo(new byte[0]);
    protocol.receive(ByteBuffer.wrap(RawFrame.text("wrong").from(Side.CLIENT)));

    assertThat(protocol.isFailed()).isTrue();
    assertThat(protocol).extracting("message.payload.bytes").isEqualTo(new byte[0]);
  }

  /** Bytes allocated by each of many runs, once everything has been loaded and linked. */
  private static long allocatedBy(int runs, Runnable body) {
    for (int i = 0; i < runs; i++) {
      body.run();
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < runs; i++) {
      body.run();
    }
    return (THREADS.getCurrentThreadAllocatedBytes() - before) / runs;
  }
}
