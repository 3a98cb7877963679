package dev.phalanx.rfc6455;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Makes messages of data frames (RFC 6455 §5.4), inflates those that are compressed (RFC 7692
 * §7.2.2), and refuses text that is not UTF-8 as it arrives (§8.1). One message at a time, since
 * fragments of two are never mixed.
 */
final class MessageAssembler {
  private final PayloadBuffer payload = new PayloadBuffer();
  private final int maxMessageSize;

  /** Null where permessage-deflate was not agreed on. */
  private final @Nullable MessageInflater inflater;

  private int fragments;
  private boolean text;
  private boolean compressed;
  private int utf8 = Utf8Validator.ACCEPT;

  MessageAssembler(int maxMessageSize, @Nullable MessageInflater inflater) {
    this.maxMessageSize = maxMessageSize;
    this.inflater = inflater;
  }

  /** Whether messages may be compressed. */
  boolean canInflate() {
    return inflater != null;
  }

  /** Whether a fragmented message waits for its end. */
  boolean isBegun() {
    return fragments > 0;
  }

  /** Whether the message that waits for its end is compressed. */
  boolean isCompressed() {
    return compressed;
  }

  int fragments() {
    return fragments;
  }

  /** Bytes of the message so far, inflated. */
  int size() {
    return payload.size();
  }

  /** Bytes of memory that the unfinished message occupies. */
  int held() {
    return payload.capacity() + (inflater == null ? 0 : inflater.held());
  }

  void beginFrame(FrameDecoder frame, Opcode opcode) {
    if (fragments++ == 0) {
      text = opcode == Opcode.TEXT;
      compressed = frame.reservedBits() == FrameDecoder.RSV1;
    }
  }

  /** Takes all that is at hand of the frame's payload; the rule that it breaks, or null. */
  Event.@Nullable Failed readFrom(FrameDecoder frame, ByteBuffer in) {
    int from = payload.size();
    MessageInflater inflating = compressed ? inflater : null;
    Event.Failed failed = null;
    if (inflating == null) {
      payload.readFrom(frame, in);
    } else {
      failed = inflate(inflating, frame, in);
    }
    // What came before a failure is looked at too: the first fault counts, however it was read.
    return !text || isValidFrom(from, failed == null && isLast(frame))
        ? failed
        // §8.1: text that is not UTF-8 fails the connection, wherever in the message that shows.
        : new Event.Failed(CloseCodes.INVALID_PAYLOAD_DATA, "text is not valid UTF-8");
  }

  private static boolean isLast(FrameDecoder frame) {
    return frame.isFin() && frame.remaining() == 0;
  }

  private Event.@Nullable Failed inflate(
      MessageInflater inflating, FrameDecoder frame, ByteBuffer in) {
    byte[] piece = frame.takePayload(in);
    int limit = Math.min(maxMessageSize, PayloadBuffer.MAX_INFLATED);
    MessageInflater.Outcome outcome = inflating.inflate(piece, payload, limit);
    if (outcome == MessageInflater.Outcome.FITS && isLast(frame)) {
      outcome = inflating.finish();
    }
    return switch (outcome) {
      case FITS -> null;
      case TOO_BIG -> FrameRules.messageTooBig(maxMessageSize);
      // RFC 7692 names no code. 1007 is npm's ws's: "data … not consistent with the type".
      case CORRUPT ->
          new Event.Failed(CloseCodes.INVALID_PAYLOAD_DATA, "compressed data is corrupt");
    };
  }

  private boolean isValidFrom(int from, boolean isEnd) {
    utf8 = Utf8Validator.advance(utf8, payload.bytes(), from, payload.size());
    return isEnd ? utf8 == Utf8Validator.ACCEPT : utf8 != Utf8Validator.REJECT;
  }

  /** The message, once its last frame has been read; then the next may begin. */
  Event finish() {
    fragments = 0;
    compressed = false;
    byte[] bytes = payload.take();
    return text ? new Event.Text(bytes) : new Event.Binary(bytes);
  }

  /** Gives up its memory: nothing more will be read. */
  void discard() {
    payload.clear();
    if (inflater != null) {
      inflater.close();
    }
  }
}
