package dev.phalanx.hermes;

import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Side;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the words for a gap, on a virtual thread of its own: a lane calls nobody's function. */
final class GapWords {
  private static final Logger log = LoggerFactory.getLogger(WsConnection.class);

  private GapWords() {}

  /** Passes on the frame that says it; null if there are no words. */
  static void find(
      String id, Side side, Subscription its, int missing, Consumer<@Nullable EncodedFrame> taker) {
    Gap gap = new Gap(its.name(), missing);
    Thread.ofVirtual().name("gap " + id).start(() -> taker.accept(frame(id, side, its, gap)));
  }

  private static @Nullable EncodedFrame frame(String id, Side side, Subscription its, Gap gap) {
    Function<Gap, WsMessage> words = its.gap();
    try {
      return words == null ? null : MessageFrames.encode(words.apply(gap), side);
    } catch (RuntimeException | Error e) { // of users' code; what follows the gap must go on
      log.warn("{}: nothing could be said about {}", id, gap, e);
      return null;
    }
  }
}
