package dev.phalanx.rfc6455;

import org.jspecify.annotations.Nullable;

/**
 * What a header must keep to, judged before any of its payload is read (RFC 6455 §5.1 to §5.5), and
 * our limits (§10.4).
 */
final class FrameRules {
  private FrameRules() {}

  /**
   * The rule that the header just read has broken, or null.
   *
   * @param side ours: the header is the other side's
   * @param message the message that the frame would begin or continue, without this frame
   */
  static Event.@Nullable Failed violation(
      FrameDecoder frame, Opcode opcode, Side side, Limits limits, MessageAssembler message) {
    Event.Failed broken = reservedBits(frame, opcode, message.canInflate());
    if (broken == null) {
      broken = structure(frame, side);
    }
    if (broken != null) {
      return broken;
    }
    return opcode.isControl() ? control(frame) : data(frame, opcode, limits, message);
  }

  private static Event.@Nullable Failed reservedBits(
      FrameDecoder frame, Opcode opcode, boolean isCompressionAgreed) {
    if (frame.reservedBits() == 0) {
      return null;
    }
    // §5.2: the extensions in use say what the reserved bits mean.
    if (!isCompressionAgreed) {
      return protocolError("reserved bit set, and no extension in use");
    }
    if (frame.reservedBits() != FrameDecoder.RSV1) {
      return protocolError("RSV2 or RSV3 set, and no extension in use for it");
    }
    // RFC 7692 §6: RSV1 is for the first frame of a message, and for data only (§6.1).
    if (opcode == Opcode.CONTINUATION || opcode.isControl()) {
      return protocolError("RSV1 set on a frame that does not begin a message");
    }
    return null;
  }

  private static Event.@Nullable Failed structure(FrameDecoder frame, Side side) {
    // §5.1: "a client MUST mask all frames", "a server MUST NOT mask any frames".
    if (side == Side.SERVER && !frame.isMasked()) {
      return protocolError("frame from a client is not masked");
    }
    if (side == Side.CLIENT && frame.isMasked()) {
      return protocolError("frame from a server is masked");
    }
    // §5.2: "the most significant bit MUST be 0".
    if (frame.remaining() < 0) {
      return protocolError("most significant bit of the payload length set");
    }
    // §5.2: "the minimal number of bytes MUST be used to encode the length".
    if (frame.isLengthPadded()) {
      return protocolError("payload length not in the minimal number of bytes");
    }
    return null;
  }

  private static Event.@Nullable Failed control(FrameDecoder frame) {
    // §5.5: "MUST have a payload length of 125 bytes or less and MUST NOT be fragmented".
    if (!frame.isFin()) {
      return protocolError("fragmented control frame");
    }
    if (frame.remaining() > EncodedFrame.MAX_CONTROL_PAYLOAD) {
      return protocolError("control frame larger than 125 bytes");
    }
    return null;
  }

  private static Event.@Nullable Failed data(
      FrameDecoder frame, Opcode opcode, Limits limits, MessageAssembler message) {
    // §5.4: a message is one data frame, then continuations until FIN.
    if (opcode == Opcode.CONTINUATION && !message.isBegun()) {
      return protocolError("continuation frame, and no message to continue");
    }
    if (opcode != Opcode.CONTINUATION && message.isBegun()) {
      return protocolError("new message before the end of a fragmented one");
    }
    boolean compressed = message.isCompressed() || frame.reservedBits() == FrameDecoder.RSV1;
    // The size of a message is the limit that users know: it is named first. What a compressed
    // frame will inflate to is not known yet.
    if (!compressed && frame.remaining() > limits.maxMessageSize() - message.size()) {
      return messageTooBig(limits.maxMessageSize());
    }
    if (frame.remaining() > limits.maxFrameSize() + (compressed ? expansion(limits) : 0)) {
      return tooBig("frame", "maxFrameSize", limits.maxFrameSize());
    }
    if (message.fragments() == limits.maxFragments()) {
      return new Event.Failed(
          CloseCodes.POLICY_VIOLATION,
          "message in more fragments than maxFragments (" + limits.maxFragments() + ")");
    }
    return null;
  }

  /**
   * What doesn't yield to compression grows: by 5 bytes for every block that is stored, which a
   * deflater with little memory makes of some 100 bytes.
   */
  private static long expansion(Limits limits) {
    return limits.maxFrameSize() / 8L + 64;
  }

  static Event.Failed messageTooBig(int limit) {
    return tooBig("message", "maxMessageSize", limit);
  }

  private static Event.Failed protocolError(String reason) {
    return new Event.Failed(CloseCodes.PROTOCOL_ERROR, reason);
  }

  private static Event.Failed tooBig(String what, String setting, int bytes) {
    return new Event.Failed(
        CloseCodes.MESSAGE_TOO_BIG, what + " larger than " + setting + " (" + bytes + " bytes)");
  }
}
