package dev.phalanx.hermes;

import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Opcode;
import dev.phalanx.rfc6455.Side;

/** The frame that carries a message. */
final class MessageFrames {
  private MessageFrames() {}

  static EncodedFrame encode(WsMessage message, Side side) {
    return EncodedFrame.of(side, opcode(message), message.bytes());
  }

  /** The frame with a message's compressed payload (RFC 7692, section 6). */
  static EncodedFrame compressed(WsMessage message, byte[] deflated, Side side) {
    return EncodedFrame.of(side, opcode(message), true, true, deflated);
  }

  private static Opcode opcode(WsMessage message) {
    return switch (message) {
      case WsMessage.Text text -> Opcode.TEXT;
      case WsMessage.Binary binary -> Opcode.BINARY;
      case WsMessage.Ping ping -> Opcode.PING;
      case WsMessage.Pong pong -> Opcode.PONG;
      // When a Close goes out is the connection's to decide.
      case WsMessage.Close close ->
          throw new IllegalArgumentException("a Close can't be published");
    };
  }
}
