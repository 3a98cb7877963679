package dev.phalanx.transport.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** On a closed wire all methods do nothing: {@link Wire}. */
class ClosedWireTest {
  @Test
  void whateverWasOnItsWayWhenItClosed() {
    Wire[] near = new Wire[1];
    try (MemoryLane lane = new MemoryLane(new VirtualClock())) {
      MemoryPeer peer =
          MemoryPeer.connect(
              lane,
              wire -> {
                near[0] = wire;
                return new Nothing();
              });
      peer.readOnly(2);
      lane.run(() -> {
        near[0].write("cut off".getBytes(), 0, 7);
        near[0].flush();
      });
      peer.close();
      lane.run(() -> {
        near[0].write("too late".getBytes(), 0, 8);
        near[0].flush();
        near[0].shutdownOutput();
        near[0].pause();
        near[0].resume();
        near[0].close();
      });
      peer.readAll();
      assertThat(new String(peer.receive())).isEqualTo("cu");
      assertThat(peer.isOutputEnded()).isFalse();
    }
  }

  private static final class Nothing implements WireHandler {
    @Override
    public void onRead(ByteBuffer bytes) {}

    @Override
    public void onFlushed() {}

    @Override
    public void onClosed(@Nullable Throwable cause) {}
  }
}
