package dev.phalanx.hermes;

import dev.phalanx.rfc6455.DeflatePool;
import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.MessageDeflater;
import dev.phalanx.rfc6455.Side;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to many: encoded once, and compressed once for each window size and level
 * that a receiver has, by itself, so that it depends on nobody's context. Made and prepared by the
 * thread that publishes; then for any number of lanes.
 */
final class Publication {
  private record Kind(int windowBits, int level) {}

  private final String topic;
  private final WsMessage message;
  private final EncodedFrame plain;
  private @Nullable Map<Kind, EncodedFrame> deflated; // null until somebody needs it

  /**
   * A message to be published.
   *
   * @param topic where; empty if it is for all connections
   * @throws IllegalArgumentException if it is a Close
   */
  Publication(String topic, WsMessage message) {
    this.topic = topic;
    this.message = message;
    this.plain = MessageFrames.encode(message, Side.SERVER);
  }

  String topic() {
    return topic;
  }

  WsMessage message() {
    return message;
  }

  /** As it is. */
  EncodedFrame plain() {
    return plain;
  }

  /** Compressed; or {@link #plain} itself, if that is no larger. */
  EncodedFrame deflated(int windowBits, int level) {
    Map<Kind, EncodedFrame> known = deflated;
    if (known == null) {
      known = new HashMap<>(2);
      deflated = known;
    }
    return known.computeIfAbsent(new Kind(windowBits, level), this::deflate);
  }

  private EncodedFrame deflate(Kind kind) {
    byte[] alone =
        MessageDeflater.alone(
            message.bytes(), kind.windowBits(), kind.level(), DeflatePool.shared());
    return alone.length < message.bytes().length
        ? MessageFrames.compressed(message, alone, Side.SERVER)
        : plain;
  }

  /** As a receiver gets it: compressed, if it was prepared so; who came late gets it as it is. */
  EncodedFrame frame(@Nullable Deflation deflation) {
    Map<Kind, EncodedFrame> known = deflated;
    if (deflation == null || known == null || !deflation.form().wants(message)) {
      return plain;
    }
    Deflation.Form form = deflation.form();
    return known.getOrDefault(new Kind(form.windowBits(), form.level()), plain);
  }

  /** How many times it has been compressed. */
  int timesDeflated() {
    return deflated == null ? 0 : deflated.size();
  }
}
