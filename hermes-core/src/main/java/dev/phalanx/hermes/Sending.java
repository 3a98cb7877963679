package dev.phalanx.hermes;

import dev.phalanx.http.Lane;
import dev.phalanx.rfc6455.EncodedFrame;
import org.jspecify.annotations.Nullable;

/**
 * What threads send to a connection, or have its lane do: after all that they have published to it,
 * in whichever gateway. Any thread.
 */
final class Sending {
  private final Lane lane;
  private final Outbound outbound;
  private final Outflow outflow;
  private final @Nullable Deflation deflation;
  private final @Nullable Traffic traffic;
  private volatile @Nullable Meetings meetings; // with gateways; null until there is one

  Sending(
      Lane lane,
      Outbound outbound,
      Outflow outflow,
      @Nullable Deflation deflation,
      @Nullable Traffic traffic) {
    this.lane = lane;
    this.outbound = outbound;
    this.outflow = outflow;
    this.deflation = deflation;
    this.traffic = traffic;
  }

  /** Accepts a frame to be sent, unless more bytes than {@code most} are waiting. */
  Outbound.Offer offer(EncodedFrame frame, long most) {
    return offer(null, frame, most);
  }

  /** The same for a message's own frame, of which a client takes note. */
  Outbound.Offer offer(@Nullable WsMessage message, EncodedFrame frame, long most) {
    Outbound.Offer reserved = Outbound.Offer.CLOSED;
    Branch busy = null;
    boolean isOver = false;
    try {
      reserved = reserve(message, frame, most);
      if (reserved == Outbound.Offer.QUEUED) {
        busy = queue(frame);
      }
      isOver = true;
    } finally {
      if (!isOver) { // an Error has struck the sender
        outbound.isInDoubt = true; // first: it can't fail
        takeBack(frame, reserved);
      }
    }
    if (busy != null) {
      busy.wake();
    } else if (reserved == Outbound.Offer.QUEUED) {
      outflow.wake();
    }
    return reserved;
  }

  private Outbound.Offer reserve(@Nullable WsMessage message, EncodedFrame frame, long most) {
    return traffic == null || message == null
        ? outbound.reserve(frame, most)
        : traffic.noting(frame, message, () -> outbound.reserve(frame, most));
  }

  private void takeBack(EncodedFrame frame, Outbound.Offer reserved) {
    try {
      if (traffic != null) {
        traffic.forget(frame); // else it would be sent again, although sending it has failed
      }
    } finally {
      if (reserved == Outbound.Offer.QUEUED) {
        outbound.takeBack(frame);
      }
    }
  }

  /** Queues a frame that was accepted; by which branch, if it has to go through one. */
  private @Nullable Branch queue(EncodedFrame frame) {
    Meetings met = meetings;
    Branch busy = met == null ? null : met.busy();
    if (met == null || busy == null) {
      outbound.add(frame);
      return null;
    }
    queueBehind(met, busy, frame);
    return busy;
  }

  private void queueBehind(Meetings met, Branch busy, EncodedFrame frame) {
    boolean isOnItsWay = false;
    try {
      if (deflation != null) {
        deflation.isBehind();
      }
      busy.push(met.behind(busy, () -> queued(frame), Step.costOf(frame)));
      isOnItsWay = true;
    } finally {
      if (!isOnItsWay && deflation != null) {
        deflation.isQueued();
      }
    }
  }

  /** All that was published before a frame has reached its place: now it has its turn. Lane. */
  private void queued(EncodedFrame frame) {
    try {
      outbound.add(frame);
      outflow.wake();
    } catch (RuntimeException | Error e) {
      outflow.failed(e); // the frame was accepted, and can't be sent
    }
    if (deflation != null) {
      deflation.isQueued();
    }
  }

  /** Has the lane do something, after all that the calling thread has published to this peer. */
  void behind(Runnable task) {
    Meetings met = meetings;
    Branch busy = met == null ? null : met.busy();
    if (met == null || busy == null) {
      lane.execute(task);
    } else {
      busy.give(met.behind(busy, task, 1));
    }
  }

  /** The part of a gateway that knows the connection, or did; null if it has never met it. */
  @Nullable Branch branchOf(WsGateway gateway) {
    Meetings met = meetings;
    return met == null ? null : met.of(gateway);
  }

  /** A gateway meets the connection; by which branch. */
  synchronized Branch meet(Branch branch) {
    Meetings met = meetings;
    if (met == null) {
      meetings = new Meetings(branch);
      return branch;
    }
    return met.add(branch);
  }

  /** Whichever gateways it has met forget the connection. */
  void forget(Link link) {
    Meetings met = meetings;
    if (met != null) {
      met.branches().forEach(branch -> branch.gateway().forget(link));
    }
  }
}
