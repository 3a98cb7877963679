package dev.phalanx.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one end writes, the other reads: late, in pieces, or not at all. */
class MemoryPipeTest {
  private final VirtualClock clock = new VirtualClock();
  private final MemoryLane lane = new MemoryLane(clock);
  private final MemoryPipe pipe = new MemoryPipe(lane);
  private final Ear near = new Ear();
  private final Ear far = new Ear();

  @AfterEach
  void nothingFailedOnTheLane() {
    lane.close();
  }

  /** What an end has heard; the lane's. */
  private static final class Ear implements WireHandler {
    private @Nullable Wire wire;
    private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
    private int reads;
    private int flushes;
    private boolean inputEnded;
    private boolean staysOpen;
    private String closed = "";

    WireHandler open(Wire opened) {
      wire = opened;
      return this;
    }

    @Override
    public void onRead(ByteBuffer bytes) {
      byte[] read = new byte[bytes.remaining()];
      bytes.get(read);
      heard.writeBytes(read);
      reads++;
    }

    @Override
    public void onFlushed() {
      flushes++;
    }

    @Override
    public boolean onInputEnded() {
      inputEnded = true;
      return staysOpen;
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
      closed += cause == null ? "in order" : cause.getMessage();
    }
  }

  private void openBoth() {
    pipe.near().open(near::open);
    pipe.far().open(far::open);
  }

  /** Whether all of it is taken. */
  private boolean write(Ear from, int bytes) {
    boolean[] taken = {false};
    lane.run(() -> {
      from.wire.write(new byte[bytes], 0, bytes);
      taken[0] = from.wire.flush();
    });
    settle();
    return taken[0];
  }

  private void settle() {
    for (int i = 0; i < 5; i++) {
      lane.run(() -> {}); // what that has given to the lane is done with the next
    }
  }

  @Test
  void bothWaysAndWhatIsWrittenBeforeTheOtherEndOpensWaits() {
    pipe.near().open(near::open);
    assertThat(write(near, 5)).isTrue();
    pipe.far().open(far::open);
    assertThat(write(far, 3)).isTrue();
    assertThat(far.heard.size()).isEqualTo(5);
    assertThat(near.heard.size()).isEqualTo(3);
  }

  @Test
  void aReaderThatIsPausedHoldsTheWriterUpAt64KiB() {
    openBoth();
    lane.run(() -> far.wire.pause());
    assertThat(write(near, 60_000)).isTrue();
    assertThat(write(near, 10_000)).isFalse();
    assertThat(near.flushes).isZero();
    lane.run(() -> far.wire.resume());
    settle();
    assertThat(near.flushes).isEqualTo(1);
    assertThat(far.heard.size()).isEqualTo(70_000);
  }

  @Test
  void aSlowReaderTakesSoMuchAndNoMore() {
    openBoth();
    pipe.far().readOnly(10);
    assertThat(write(near, 25)).isFalse();
    assertThat(far.heard.size()).isEqualTo(10);
    pipe.far().readOnly(5);
    settle();
    assertThat(far.heard.size()).isEqualTo(15);
    pipe.far().readAll();
    settle();
    assertThat(far.heard.size()).isEqualTo(25);
    assertThat(near.flushes).isEqualTo(1);
  }

  @Test
  void delayedBytesComeInTheirOrderAndTheirTime() {
    openBoth();
    pipe.near().delay(Duration.ofMillis(100));
    write(near, 1);
    clock.advance(Duration.ofMillis(60));
    pipe.near().delay(Duration.ofMillis(10));
    write(near, 2); // sent later, with less delay: and not before the first
    clock.advance(Duration.ofMillis(39));
    assertThat(far.heard.size()).isZero();
    clock.advance(Duration.ofMillis(1));
    settle();
    assertThat(far.heard.size()).isEqualTo(3);
    assertThat(clock.pendingTimers()).isZero();
  }

  @Test
  void piecesAreOfSixteenBytesAtMostAndNothingIsLost() {
    openBoth();
    pipe.near().inPieces(new Random(1));
    write(near, 1_000);
    assertThat(far.heard.size()).isEqualTo(1_000);
    assertThat(far.reads).isGreaterThanOrEqualTo(1_000 / 16);
  }

  @Test
  void aCloseComesAfterWhatWasSent() {
    openBoth();
    pipe.near().delay(Duration.ofMillis(100));
    write(near, 7);
    pipe.near().close();
    settle();
    assertThat(near.closed).isEqualTo("in order");
    assertThat(far.inputEnded).isFalse();
    clock.advance(Duration.ofMillis(100));
    settle();
    assertThat(far.heard.size()).isEqualTo(7);
    assertThat(far.inputEnded).isTrue();
    assertThat(far.closed).isEqualTo("in order");
    assertThat(pipe.isClosed()).isTrue();
  }

  @Test
  void whoWritesToAClosedEndIsReset() {
    far.staysOpen = true;
    openBoth();
    pipe.near().close();
    settle();
    assertThat(far.inputEnded).isTrue();
    assertThat(far.closed).isEmpty();
    write(far, 1);
    assertThat(far.closed).isEqualTo("Connection reset by peer");
  }

  @Test
  void aResetIsToldToBothOnce() {
    openBoth();
    pipe.reset();
    settle();
    assertThat(near.closed).isEqualTo("Connection reset by peer");
    assertThat(far.closed).isEqualTo("Connection reset by peer");
  }

  @Test
  void cutOffNothingComesNobodyIsToldAndABufferfulIsTaken() {
    openBoth();
    pipe.cut();
    assertThat(write(near, 65_536)).isTrue();
    assertThat(write(near, 1)).isFalse();
    pipe.near().close();
    settle();
    assertThat(far.heard.size()).isZero();
    assertThat(far.inputEnded).isFalse();
    assertThat(far.closed).isEmpty();
  }
}
