package dev.phalanx.hermes;

import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Side;
import org.jspecify.annotations.Nullable;

/**
 * A connection as a subscriber: what is published to it goes out, or waits in its {@link Backlog},
 * or it is too slow. Made where there is something to hear, so that an idle connection has none.
 * Lane-confined.
 */
final class Hearing {
  private final Link link;
  private final Outbound outbound;

  Hearing(Link link) {
    this.link = link;
    this.outbound = link.outbound();
  }

  /** Queues what was published, to go out in this turn of a branch if it can. */
  void publish(Seat seat, Publication publication) {
    if (outbound.isSealed()) {
      return;
    }
    Deflation deflation = link.deflation();
    if (link.side() == Side.CLIENT) { // whose frames are masked, each with a key of its own
      backlog().offer(seat, publication, MessageFrames.encode(publication.message(), Side.CLIENT));
    } else if (deflation == null) {
      backlog().offer(seat, publication, publication.plain());
    } else {
      deflation.publish(publication, frame -> backlog().offer(seat, publication, frame));
    }
  }

  private Backlog backlog() {
    Backlog known = outbound.backlog();
    if (known == null) {
      known = new Backlog(this, outbound, link.config());
      outbound.backlog(known);
    }
    return known;
  }

  /** It reads too slowly. What was published after this is not for it any more. */
  void disconnect(Seat seat, WsMessage.Close close) {
    outbound.seal();
    if (link.close(close)) {
      seat.member.branch.gateway().overflowed();
    }
  }

  /** Drops what waits for a member, by its policies, until it is no more than so many bytes. */
  void shed(Member member, long most) {
    Backlog waiting = outbound.backlog();
    if (waiting != null) {
      waiting.shed(member, most);
    }
  }

  /** Has the keys of messages found. */
  void find(LatestByKey keys) {
    keys.find(link);
  }

  /** Has a gap put into words, which goes out in its place when they are found. */
  void say(Waiting gap, Subscription its) {
    GapWords.find(
        link.id(),
        link.side(),
        its,
        gap.missing,
        words -> BackgroundTask.bring(link.lane(), () -> said(gap, words)));
  }

  private void said(Waiting gap, @Nullable EncodedFrame words) {
    Backlog waiting = outbound.backlog();
    if (waiting != null) {
      waiting.said(gap, words);
    }
    link.outflow().drain();
  }
}
