package dev.phalanx.rfc6455;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * UTF-8 (RFC 3629) checked as it arrives: a character may be split over any number of calls, and a
 * byte that cannot belong to valid text is refused at once (RFC 6455 §8.1).
 *
 * <p>It is the grammar of RFC 3629 §4 as a table of transitions, which leaves no room for overlong
 * forms, surrogates and anything above U+10FFFF. A state is a small int, so that whoever validates
 * keeps no object for it.
 */
final class Utf8Validator {
  /** The text so far is valid, and ends with a whole character. Also the state to start from. */
  static final int ACCEPT = 0;

  /** The text is not UTF-8, whatever follows. */
  static final int REJECT = -1;

  private static final int ONE_TO_GO = 1;
  private static final int TWO_TO_GO = 2;
  private static final int THREE_TO_GO = 3;
  private static final int AFTER_E0 = 4;
  private static final int AFTER_ED = 5;
  private static final int AFTER_F0 = 6;
  private static final int AFTER_F4 = 7;
  private static final int STATES = 8;

  /** The next state, by state (times 256) and byte. */
  private static final byte[] NEXT = new byte[STATES << 8];

  static {
    Arrays.fill(NEXT, (byte) REJECT);
    allow(ACCEPT, 0x00, 0x7F, ACCEPT);
    allow(ACCEPT, 0xC2, 0xDF, ONE_TO_GO);
    allow(ACCEPT, 0xE0, 0xE0, AFTER_E0);
    allow(ACCEPT, 0xE1, 0xEC, TWO_TO_GO);
    allow(ACCEPT, 0xED, 0xED, AFTER_ED);
    allow(ACCEPT, 0xEE, 0xEF, TWO_TO_GO);
    allow(ACCEPT, 0xF0, 0xF0, AFTER_F0);
    allow(ACCEPT, 0xF1, 0xF3, THREE_TO_GO);
    allow(ACCEPT, 0xF4, 0xF4, AFTER_F4);
    allow(ONE_TO_GO, 0x80, 0xBF, ACCEPT);
    allow(TWO_TO_GO, 0x80, 0xBF, ONE_TO_GO);
    allow(THREE_TO_GO, 0x80, 0xBF, TWO_TO_GO);
    allow(AFTER_E0, 0xA0, 0xBF, ONE_TO_GO); // below: overlong
    allow(AFTER_ED, 0x80, 0x9F, ONE_TO_GO); // above: surrogates
    allow(AFTER_F0, 0x90, 0xBF, TWO_TO_GO); // below: overlong
    allow(AFTER_F4, 0x80, 0x8F, TWO_TO_GO); // above: beyond U+10FFFF
  }

  /** Little-endian, so that the first byte is in the lowest bits. */
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  private Utf8Validator() {}

  /**
   * Goes on from {@code state} with the bytes from {@code from} to {@code to}. The text is whole
   * and valid if the result is {@link #ACCEPT} after its last byte.
   */
  static int advance(int state, byte[] bytes, int from, int to) {
    int next = state;
    int i = from;
    while (i < to && next != REJECT) {
      if (next == ACCEPT && bytes[i] >= 0) {
        i = skipAscii(bytes, i + 1, to);
      } else {
        next = NEXT[next << 8 | bytes[i++] & 0xFF];
      }
    }
    return next;
  }

  /** The first index that may not be ASCII. */
  private static int skipAscii(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long notAscii = (long) LONGS.get(bytes, i) & NOT_ASCII;
      if (notAscii != 0) {
        return i + Long.numberOfTrailingZeros(notAscii) / Byte.SIZE;
      }
    }
    return i;
  }

  private static void allow(int state, int first, int last, int next) {
    Arrays.fill(NEXT, state << 8 | first, (state << 8 | last) + 1, (byte) next);
  }
}
