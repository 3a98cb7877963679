package dev.phalanx.rfc6455;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ControlQueueTest {
  private final ControlQueue queue = new ControlQueue();

  @Test
  void framesComeOutInTheOrderInWhichTheyWentIn() {
    queue.addPong(pong("1"));
    queue.add(ping("2"));
    queue.addPong(pong("3"));
    queue.add(EncodedFrame.close(Side.SERVER, 1000, ""));

    assertThat(drain()).containsExactly("pong 1", "ping 2", "pong 3", "close 1000 ");
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.poll()).isNull();
  }

  @Test
  @DisplayName("§5.5.3: beyond 64 Pongs the oldest goes, and Pings of ours stay")
  void theOldestPongGoes() {
    queue.add(ping("ours"));
    for (int i = 1; i <= 64; i++) {
      assertThat(queue.addPong(pong("" + i))).isFalse();
    }

    assertThat(queue.addPong(pong("65"))).isTrue();
    assertThat(queue.addPong(pong("66"))).isTrue();

    List<String> expected = new ArrayList<>(List.of("ping ours"));
    IntStream.rangeClosed(3, 66).forEach(i -> expected.add("pong " + i));
    assertThat(drain()).isEqualTo(expected);
  }

  @Test
  void pongsThatWentOutMakeRoom() {
    for (int i = 1; i <= 64; i++) {
      queue.addPong(pong("" + i));
    }
    queue.poll();

    assertThat(queue.addPong(pong("65"))).isFalse();
    assertThat(queue.addPong(pong("66"))).isTrue();
  }

  private static EncodedFrame ping(String payload) {
    return EncodedFrame.ping(Side.SERVER, payload.getBytes(UTF_8));
  }

  private static EncodedFrame pong(String payload) {
    return EncodedFrame.pong(Side.SERVER, payload.getBytes(UTF_8));
  }

  private List<String> drain() {
    List<String> frames = new ArrayList<>();
    for (EncodedFrame next = queue.poll(); next != null; next = queue.poll()) {
      frames.add(Wire.describe(next));
    }
    return frames;
  }
}
