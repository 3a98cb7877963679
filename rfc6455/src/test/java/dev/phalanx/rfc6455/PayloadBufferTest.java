package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PayloadBufferTest {
  private final FrameDecoder frame = new FrameDecoder();
  private final PayloadBuffer buffer = new PayloadBuffer();

  @Test
  void payloadAtHandIsStoredInAnArrayOfItsSizeAndNotCopied() {
    ByteBuffer in = begin(RawFrame.text("Hello"));

    buffer.readFrom(frame, in);

    byte[] bytes = buffer.bytes();
    assertThat(bytes).asString().isEqualTo("Hello");
    assertThat(buffer.take()).isSameAs(bytes);
  }

  @Test
  void memoryFollowsWhatIsReceivedAndNotWhatIsAnnounced() {
    begin(RawFrame.text("").announcing(1L << 40));

    for (int received = 1; received <= 100_000; received++) {
      buffer.readFrom(frame, ByteBuffer.wrap(new byte[1]));
      assertThat(buffer.size()).isEqualTo(received);
      assertThat(buffer.bytes().length).isBetween(received, 2 * received);
    }
  }

  @Test
  void memoryGrowsByDoublingSoThatCopyingStaysCheap() {
    begin(RawFrame.text("").announcing(1L << 40));

    int arrays = 0;
    for (int received = 1; received <= 100_000; received++) {
      byte[] before = buffer.bytes();
      buffer.readFrom(frame, ByteBuffer.wrap(new byte[1]));
      arrays += buffer.bytes() == before ? 0 : 1;
    }

    assertThat(arrays).isLessThanOrEqualTo(18);
  }

  @Test
  void manySmallFragmentsGrowItByDoublingToo() {
    int arrays = 0;
    for (int i = 0; i < 1_000; i++) {
      byte[] before = buffer.bytes();
      buffer.readFrom(frame, begin(RawFrame.continuation("0123456789").unfinished()));
      arrays += buffer.bytes() == before ? 0 : 1;
    }

    assertThat(buffer.size()).isEqualTo(10_000);
    assertThat(arrays).isLessThanOrEqualTo(11);
  }

  @Test
  void theLastFrameNeverGrowsItBeyondTheMessage() {
    buffer.readFrom(frame, begin(RawFrame.text("01234567").unfinished()));
    ByteBuffer last = begin(RawFrame.continuation("89a"));

    buffer.readFrom(frame, last);

    byte[] bytes = buffer.bytes();
    assertThat(bytes).hasSize(11);
    assertThat(buffer.take()).isSameAs(bytes).asString().isEqualTo("0123456789a");
  }

  @Test
  void onlyTheFramesOwnBytesAreTaken() {
    byte[] two = Wire.hex("82 01 61 82 01 62");
    ByteBuffer in = ByteBuffer.wrap(two);
    frame.readHeader(in);

    buffer.readFrom(frame, in);

    assertThat(in.position()).isEqualTo(3);
    assertThat(buffer.size()).isEqualTo(1);
  }

  @Test
  void whatIsTakenIsTrimmedAndLeavesNothingBehind() {
    ByteBuffer in = begin(RawFrame.text("abcde").unfinished());
    while (in.hasRemaining()) {
      int end = in.limit();
      in.limit(in.position() + 1);
      buffer.readFrom(frame, in);
      in.limit(end);
    }
    assertThat(buffer.bytes()).hasSize(8);

    assertThat(buffer.take()).asString().isEqualTo("abcde");

    assertThat(buffer.size()).isZero();
    assertThat(buffer.bytes()).isEmpty();
  }

  /** Reads the header of a server's frame; what is left is the payload. */
  private ByteBuffer begin(RawFrame next) {
    ByteBuffer in = ByteBuffer.wrap(next.from(Side.SERVER));
    assertThat(frame.readHeader(in)).isTrue();
    return in;
  }
}
