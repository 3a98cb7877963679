package dev.phalanx.hermes;

import dev.phalanx.http.Wire;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Protocol;
import dev.phalanx.styx.Channel;
import dev.phalanx.styx.Emission;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns bytes into messages for the handler, as long as there is room for them. When a message
 * finds none, it is held, the wire pauses, and what was read with it waits undecoded: so the bounds
 * of {@link WsConfig#inboundMessages} and {@link WsConfig#inboundBytes} are overrun by one message
 * and one read at most, and TCP carries the pressure to the peer. Lane-confined.
 */
final class Intake {
  private final Link link;
  private final Pings pings;
  private final Wire wire;
  private final Protocol protocol;
  private final Channel<WsMessage> inbound;

  private @Nullable WsMessage held;
  private @Nullable ByteBuffer backlog;
  private boolean dropping;
  private boolean droppingOverflow; // we have closed: the first message without room is dropped

  Intake(Link link, Pings pings, Wire wire, Protocol protocol, Channel<WsMessage> inbound) {
    this.link = link;
    this.pings = pings;
    this.wire = wire;
    this.protocol = protocol;
    this.inbound = inbound;
  }

  boolean isPaused() {
    return held != null;
  }

  void read(ByteBuffer bytes) {
    decode(bytes);
    if (held != null) {
      keep(bytes);
    }
  }

  /** Up to the end, or to a message for which there is no room. */
  private void decode(ByteBuffer bytes) {
    while (held == null) {
      Event event = protocol.receive(bytes);
      if (event == null) {
        break;
      }
      switch (event) {
        case Event.Text text -> deliver(WsMessage.Text.received(text.utf8()));
        case Event.Binary binary -> deliver(WsMessage.binary(binary.bytes()));
        case Event.Ping ping -> pings.onPing(ping.payload());
        case Event.Pong pong -> pings.onPong(pong.payload());
        case Event.Close close -> link.onPeerClose(close);
        case Event.Failed failed -> link.onViolation(failed);
      }
    }
    pings.onDecoded();
  }

  private void deliver(WsMessage message) {
    link.onMessage();
    if (!dropping && inbound.tryEmit(message) == Emission.FULL) {
      if (droppingOverflow) {
        dropping = true;
      } else {
        held = message;
        wire.pause();
      }
    }
  }

  private void keep(ByteBuffer bytes) {
    ByteBuffer earlier = backlog == null ? ByteBuffer.allocate(0) : backlog;
    backlog =
        ByteBuffer.allocate(earlier.remaining() + bytes.remaining()).put(earlier).put(bytes).flip();
  }

  /** There is room again: goes on where it stopped. */
  void resume() {
    WsMessage message = held;
    if (message == null || (!dropping && inbound.tryEmit(message) == Emission.FULL)) {
      return; // with FULL, the channel says again when it is relieved
    }
    held = null;
    if (backlog != null) {
      decode(backlog); // in place: a copy for every few messages would make it quadratic
    }
    if (held == null) {
      backlog = null;
      wire.resume();
      link.onCaughtUp();
    }
  }

  /**
   * We have closed, and wait for the peer's Close: reading goes on, whether there is room or not.
   * The handler can still receive messages up to the first one that is dropped.
   */
  void dropOverflow() {
    droppingOverflow = true;
    if (held != null) {
      dropMessages();
    }
  }

  /** Nobody will read any more: what comes is decoded for its Close, and dropped. */
  void dropMessages() {
    dropping = true;
    resume();
  }
}
