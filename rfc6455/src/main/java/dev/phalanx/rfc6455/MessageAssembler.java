package dev.phalanx.rfc6455;

import java.nio.ByteBuffer;

/**
 * Makes messages of data frames (RFC 6455 §5.4), and refuses text that is not UTF-8 as it arrives
 * (§8.1). One message at a time, since fragments of two are never mixed.
 *
 * <p>What an extension does to payload belongs here: permessage-deflate (RFC 7692) will inflate
 * between the decoder and the buffer, for a message whose first frame has RSV1, and stop at the
 * limit on what comes out.
 */
final class MessageAssembler {
  private final PayloadBuffer payload = new PayloadBuffer();
  private int fragments;
  private boolean text;
  private int utf8 = Utf8Validator.ACCEPT;

  /** Whether a fragmented message waits for its end. */
  boolean isBegun() {
    return fragments > 0;
  }

  int fragments() {
    return fragments;
  }

  /** Bytes received of the message. */
  int size() {
    return payload.size();
  }

  void beginFrame(Opcode opcode) {
    if (fragments++ == 0) {
      text = opcode == Opcode.TEXT;
    }
  }

  /** Takes all that is at hand of the frame's payload; false if that makes the text invalid. */
  boolean readFrom(FrameDecoder frame, ByteBuffer in) {
    int from = payload.size();
    payload.readFrom(frame, in);
    if (!text) {
      return true;
    }
    utf8 = Utf8Validator.advance(utf8, payload.bytes(), from, payload.size());
    boolean isEnd = frame.isFin() && frame.remaining() == 0;
    return isEnd ? utf8 == Utf8Validator.ACCEPT : utf8 != Utf8Validator.REJECT;
  }

  /** The message, once its last frame has been read; then the next may begin. */
  Event finish() {
    fragments = 0;
    byte[] bytes = payload.take();
    return text ? new Event.Text(bytes) : new Event.Binary(bytes);
  }

  /** Gives up its memory: nothing more will be read. */
  void discard() {
    payload.clear();
  }
}
