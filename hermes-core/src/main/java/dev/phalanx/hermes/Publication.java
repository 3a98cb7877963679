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

  private final WsMessage message;
  private final EncodedFrame plain;
  private final Map<Kind, EncodedFrame> deflated = new HashMap<>(2);

  /**
   * A message to be published.
   *
   * @throws IllegalArgumentException if it is a Close
   */
  Publication(WsMessage message) {
    this.message = message;
    this.plain = MessageFrames.encode(message, Side.SERVER);
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
    return deflated.computeIfAbsent(new Kind(windowBits, level), this::deflate);
  }

  private EncodedFrame deflate(Kind kind) {
    byte[] alone =
        MessageDeflater.alone(
            message.bytes(), kind.windowBits(), kind.level(), DeflatePool.shared());
    return alone.length < message.bytes().length
        ? MessageFrames.compressed(message, alone, Side.SERVER)
        : plain;
  }

  /**
   * Has it compressed as some of its receivers need it, so that no lane ever does. For the thread
   * that publishes, before it is handed on.
   */
  void prepare(Deflation.Form form) {
    if (form.wants(message)) {
      deflated(form.windowBits(), form.level());
    }
  }

  /** As a receiver gets it: compressed, if it was prepared so; who came late gets it as it is. */
  EncodedFrame frame(@Nullable Deflation deflation) {
    if (deflation == null || !deflation.form().wants(message)) {
      return plain;
    }
    Deflation.Form form = deflation.form();
    return deflated.getOrDefault(new Kind(form.windowBits(), form.level()), plain);
  }

  /** What it weighs in a queue: 1, and 1 for each KiB. */
  int cost() {
    return 1 + (plain.length() >> 10);
  }

  /** How many times it has been compressed. */
  int timesDeflated() {
    return deflated.size();
  }
}
