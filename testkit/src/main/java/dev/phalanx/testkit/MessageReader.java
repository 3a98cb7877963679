package dev.phalanx.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Makes one frame of each message, inflated, and holds the other side to the rules while it does.
 */
final class MessageReader {
  private static final byte[] FLUSHED = {0, 0, (byte) 0xFF, (byte) 0xFF}; // RFC 7692, section 7.2.2

  private final boolean compression;
  private final Inflater inflater = new Inflater(true);
  private final ByteArrayOutputStream parts = new ByteArrayOutputStream();
  private @Nullable Frame begun; // the first frame of a message that isn't whole

  /**
   * A reader.
   *
   * @param compression whether permessage-deflate was agreed on
   */
  MessageReader(boolean compression) {
    this.compression = compression;
  }

  /** The message that is whole with this frame; null if none is. */
  @Nullable Frame add(Frame frame) {
    check(
        frame.isControl() || frame.reserved() == 0 || (compression && frame.reserved() == 4),
        frame,
        "it has reserved bits that were not agreed on");
    if (frame.isControl()) {
      check(
          frame.fin() && frame.payload().length <= 125 && frame.reserved() == 0,
          frame,
          "no control frame is fragmented, longer than 125 bytes, or has reserved bits");
      return control(frame);
    }
    check(
        (frame.opcode() == Frame.CONTINUATION) == (begun != null),
        frame,
        begun == null ? "no message has begun" : "the message before isn't whole");
    Frame first = begun == null ? frame : begun;
    parts.writeBytes(frame.payload());
    if (!frame.fin()) {
      begun = first;
      return null;
    }
    begun = null;
    byte[] whole = parts.toByteArray();
    parts.reset();
    byte[] bytes = first.reserved() == 4 ? inflate(whole) : whole;
    return checked(Frame.of(first.opcode(), bytes));
  }

  private static Frame control(Frame frame) {
    boolean known = frame.opcode() <= Frame.PONG;
    check(known, frame, "there is no such opcode");
    check(!frame.isClose() || frame.payload().length != 1, frame, "a code has two bytes");
    return frame;
  }

  private static Frame checked(Frame message) {
    if (message.opcode() == Frame.TEXT) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message.payload()));
      } catch (CharacterCodingException e) {
        throw broken(message, "a text must be UTF-8");
      }
    }
    check(message.opcode() <= Frame.BINARY, message, "there is no such opcode");
    return message;
  }

  /** Where no context is taken over, nothing refers back to it, and it does no harm. */
  private byte[] inflate(byte[] deflated) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[8_192];
    try {
      for (byte[] input : new byte[][] {deflated, FLUSHED}) {
        inflater.setInput(input);
        for (int n = inflater.inflate(buffer); n > 0; n = inflater.inflate(buffer)) {
          out.write(buffer, 0, n);
        }
      }
    } catch (DataFormatException e) {
      throw new AssertionError("what was sent compressed can't be inflated: " + e.getMessage(), e);
    }
    return out.toByteArray();
  }

  void close() {
    inflater.end();
  }

  private static void check(boolean rule, Frame frame, String complaint) {
    if (!rule) {
      throw broken(frame, complaint);
    }
  }

  private static AssertionError broken(Frame frame, String complaint) {
    return new AssertionError(
        "the other side has broken RFC 6455 with " + frame + ": " + complaint);
  }
}
