package dev.phalanx.hermes;

import dev.phalanx.rfc6455.Protocol;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection's Pings and Pongs, both ways. Lane-confined, but for the observing. */
final class Pings {
  /** So many Pings are answered with one flush: fewer than the Pongs that the protocol keeps. */
  private static final int AT_ONCE = 32;

  private static final byte[] NOTHING = {};

  private final String id;
  private final Protocol protocol;
  private final Outflow outflow;
  private final @Nullable Traffic traffic; // a client's; null on a server
  private volatile @Nullable ControlObserver<WsMessage.Ping> pingObserver;
  private volatile @Nullable ControlObserver<WsMessage.Pong> pongObserver;
  private int unanswered; // whose Pongs wait for the end of this read

  Pings(String id, Protocol protocol, Outflow outflow, @Nullable Traffic traffic) {
    this.id = id;
    this.protocol = protocol;
    this.outflow = outflow;
    this.traffic = traffic;
  }

  /** Any thread. */
  void observePings(Consumer<WsMessage.Ping> consumer) {
    pingObserver = new ControlObserver<>("ping", id, consumer);
  }

  /** Any thread. */
  void observePongs(Consumer<WsMessage.Pong> consumer) {
    pongObserver = new ControlObserver<>("pong", id, consumer);
  }

  /**
   * Pings a silent peer, unless a Ping or Pong of ours waits to be taken already.
   *
   * @return false if the connection is closing: it can't be asked any more
   */
  boolean keepAlive() {
    return protocol.owesControl() ? !protocol.isCloseSent() : send();
  }

  /** False if the connection is closing: it can't be asked any more. */
  boolean send() {
    boolean queued = queue();
    outflow.drain();
    return queued;
  }

  /** The same, to go out with what is being written just now. */
  boolean queue() {
    return protocol.sendPing(traffic == null ? NOTHING : traffic.ping());
  }

  /** The protocol has queued the Pong; it goes ahead of data, with others of the same read. */
  void onPing(byte[] payload) {
    ControlObserver<WsMessage.Ping> observer = pingObserver;
    if (observer != null) {
      observer.offer(WsMessage.ping(payload));
    }
    if (++unanswered == AT_ONCE) {
      onDecoded();
    }
  }

  /** No more of what was read can be decoded now. */
  void onDecoded() {
    if (unanswered > 0) {
      unanswered = 0;
      outflow.drain();
    }
  }

  void onPong(byte[] payload) {
    if (traffic != null) {
      traffic.pong(payload);
    }
    ControlObserver<WsMessage.Pong> observer = pongObserver;
    if (observer != null) {
      observer.offer(WsMessage.pong(payload));
    }
  }
}
