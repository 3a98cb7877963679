package dev.phalanx.rfc6455;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A connection of ours, and a peer who says whatever the test wants. */
final class Conversation {
  private final Side us;
  private final Protocol protocol;
  private final List<Event> heard = new ArrayList<>();

  Conversation(Side us, Limits limits) {
    this(us, new Protocol(us, limits));
  }

  Conversation(Side us, Protocol protocol) {
    this.us = us;
    this.protocol = protocol;
  }

  static Conversation as(Side us) {
    return new Conversation(us, Limits.defaults());
  }

  Protocol protocol() {
    return protocol;
  }

  void peerSays(RawFrame... frames) {
    for (RawFrame frame : frames) {
      peerSends(frame.from(us == Side.CLIENT ? Side.SERVER : Side.CLIENT));
    }
  }

  void peerSends(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (Event event = protocol.receive(in); event != null; event = protocol.receive(in)) {
      heard.add(event);
    }
    assertThat(in.hasRemaining()).as("bytes left over").isFalse();
  }

  void weHear(String... events) {
    assertThat(heard).extracting(Wire::describe).containsExactly(events);
    heard.clear();
  }

  void weHearNothing() {
    weHear();
  }

  /** The peer broke a rule, and nothing else happened. */
  void weFail(int code, String reason) {
    assertThat(heard).containsExactly(new Event.Failed(code, reason));
    assertThat(reason.getBytes(UTF_8).length).as("bytes of reason").isLessThanOrEqualTo(123);
    assertThat(protocol.isFailed()).isTrue();
    heard.clear();
  }

  void weOwe(String... frames) {
    List<String> owed = new ArrayList<>();
    for (EncodedFrame next = protocol.pollControl(); next != null; next = protocol.pollControl()) {
      boolean masked = (Wire.bytes(next)[1] & 0x80) != 0;
      assertThat(masked).as("masked").isEqualTo(us == Side.CLIENT);
      owed.add(Wire.describe(next));
    }
    assertThat(owed).containsExactly(frames);
  }

  void weOweNothing() {
    weOwe();
  }
}
