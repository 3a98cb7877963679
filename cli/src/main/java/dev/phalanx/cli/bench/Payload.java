package dev.phalanx.cli.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.phalanx.rfc6455.EncodedFrame;
import dev.phalanx.rfc6455.Opcode;
import dev.phalanx.rfc6455.Side;
import java.util.Arrays;

/**
 * Messages of one size that can be told apart: a number in hexadecimal, its low digits where there
 * is no room for all, then letters. For one thread at a time.
 */
final class Payload {
  /** Digits of a number. */
  static final int DIGITS = 16;

  private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

  private final Opcode opcode;
  private final byte[] bytes;
  private final int digits;

  Payload(int size, boolean binary) {
    this.opcode = binary ? Opcode.BINARY : Opcode.TEXT;
    this.bytes = new byte[size];
    this.digits = Math.min(DIGITS, size);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) ('a' + i % 26);
    }
  }

  /** The message with this number, as it goes out. */
  EncodedFrame frame(long number) {
    for (int i = digits - 1, shift = 0; i >= 0; i--, shift += 4) {
      bytes[i] = HEX[(int) (number >>> shift) & 0xF];
    }
    return EncodedFrame.of(Side.CLIENT, opcode, bytes);
  }

  /** Whether a message is, or ends in, the one with this number. */
  boolean isAtTheEndOf(byte[] message, long number) {
    int from = message.length - bytes.length;
    if (from < 0) {
      return false;
    }
    for (int i = digits - 1, shift = 0; i >= 0; i--, shift += 4) {
      if (message[from + i] != HEX[(int) (number >>> shift) & 0xF]) {
        return false;
      }
    }
    return hasLetters(message, from);
  }

  /**
   * The number of the message that a message is, or ends in, if that has room for all digits.
   *
   * @throws IllegalArgumentException if it is none of ours
   */
  long numberAtTheEndOf(byte[] message) {
    int from = message.length - bytes.length;
    if (from < 0 || !hasLetters(message, from)) {
      throw new IllegalArgumentException("not ours");
    }
    long number = 0;
    for (int i = 0; i < DIGITS; i++) {
      number = number << 4 | digit(message[from + i]);
    }
    return number;
  }

  private boolean hasLetters(byte[] message, int from) {
    return Arrays.equals(message, from + digits, message.length, bytes, digits, bytes.length);
  }

  private static int digit(byte hex) {
    int digit = Character.digit(hex, 16);
    if (digit < 0) {
      throw new IllegalArgumentException("not ours");
    }
    return digit;
  }
}
