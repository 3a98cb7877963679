package dev.phalanx.rfc6455;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Inflates raw DEFLATE (RFC 1951) in the plainest way, and knows how far back the stream refers.
 * Written apart from zlib, for what zlib doesn't tell.
 */
final class ReferenceInflater {
  private static final int[] LENGTH_BASE = {
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258
  };
  private static final int[] LENGTH_EXTRA = {
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
  };
  private static final int[] CODE_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private byte[] out = new byte[1 << 16];
  private int size;
  private int furthest;
  private byte[] in = {};
  private int bit;
  private final Set<Integer> storedAt = new HashSet<>();

  /** The distance of the reference that went back furthest. */
  int furthest() {
    return furthest;
  }

  /** The next message of the stream, whose tail was cut off (RFC 7692 §7.2.2). */
  byte[] inflate(byte[] message) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(message);
    whole.writeBytes(new byte[] {0, 0, -1, -1});
    in = whole.toByteArray();
    bit = 0;
    int from = size;
    while (bit < in.length * 8) {
      if (bits(1) != 0) {
        throw new AssertionError("final block");
      }
      switch (bits(2)) {
        case 0 -> stored();
        case 1 -> block(fixedLengths(), fixedDistances());
        case 2 -> dynamic();
        default -> throw new AssertionError("block of type 3");
      }
    }
    return Arrays.copyOfRange(out, from, size);
  }

  /**
   * Where a message, whose tail was cut off, may end: its prefixes, by length, that end with the
   * three bits of a block without compression, so that the tail makes it an empty one.
   */
  Set<Integer> ends(byte[] message) {
    storedAt.clear();
    inflate(message);
    return Set.copyOf(storedAt);
  }

  private int bits(int count) {
    int value = 0;
    for (int i = 0; i < count; i++, bit++) {
      value |= (in[bit >> 3] >> (bit & 7) & 1) << i;
    }
    return value;
  }

  private void stored() {
    bit = bit + 7 & ~7;
    storedAt.add(bit / 8);
    int length = bits(16);
    if (bits(16) != (length ^ 0xFFFF)) {
      throw new AssertionError("length of a stored block");
    }
    for (int i = 0; i < length; i++) {
      put((byte) bits(8));
    }
  }

  private void dynamic() {
    int lengths = bits(5) + 257;
    int distances = bits(5) + 1;
    int codes = bits(4) + 4;
    int[] codeLengths = new int[19];
    for (int i = 0; i < codes; i++) {
      codeLengths[CODE_ORDER[i]] = bits(3);
    }
    Huffman code = new Huffman(codeLengths);
    int[] all = new int[lengths + distances];
    for (int i = 0; i < all.length; ) {
      int symbol = code.next();
      if (symbol < 16) {
        all[i++] = symbol;
        continue;
      }
      int repeated = symbol == 16 ? all[i - 1] : 0;
      int count = symbol == 16 ? 3 + bits(2) : symbol == 17 ? 3 + bits(3) : 11 + bits(7);
      Arrays.fill(all, i, i + count, repeated);
      i += count;
    }
    block(
        new Huffman(Arrays.copyOf(all, lengths)),
        new Huffman(Arrays.copyOfRange(all, lengths, all.length)));
  }

  private Huffman fixedLengths() {
    int[] lengths = new int[288];
    Arrays.fill(lengths, 0, 144, 8);
    Arrays.fill(lengths, 144, 256, 9);
    Arrays.fill(lengths, 256, 280, 7);
    Arrays.fill(lengths, 280, 288, 8);
    return new Huffman(lengths);
  }

  private Huffman fixedDistances() {
    int[] lengths = new int[30];
    Arrays.fill(lengths, 5);
    return new Huffman(lengths);
  }

  private void block(Huffman literals, Huffman distances) {
    int symbol;
    while ((symbol = literals.next()) != 256) {
      if (symbol < 256) {
        put((byte) symbol);
      } else {
        int length = LENGTH_BASE[symbol - 257] + bits(LENGTH_EXTRA[symbol - 257]);
        int code = distances.next();
        int extra = Math.max(0, code / 2 - 1);
        int distance = code < 4 ? code + 1 : (2 + (code & 1) << extra) + bits(extra) + 1;
        furthest = Math.max(furthest, distance);
        for (int i = 0; i < length; i++) {
          put(out[size - distance]);
        }
      }
    }
  }

  private void put(byte value) {
    if (size == out.length) {
      out = Arrays.copyOf(out, 2 * size);
    }
    out[size++] = value;
  }

  /** A canonical code, read bit by bit. */
  private final class Huffman {
    private final int[] counts = new int[16];
    private final int[] symbols;

    Huffman(int[] lengths) {
      int[] offsets = new int[17];
      for (int length : lengths) {
        counts[length]++;
      }
      counts[0] = 0;
      for (int i = 1; i < 16; i++) {
        offsets[i + 1] = offsets[i] + counts[i];
      }
      symbols = new int[lengths.length];
      for (int symbol = 0; symbol < lengths.length; symbol++) {
        if (lengths[symbol] != 0) {
          symbols[offsets[lengths[symbol]]++] = symbol;
        }
      }
    }

    int next() {
      int code = 0;
      int first = 0;
      int index = 0;
      for (int length = 1; length < 16; length++) {
        code |= bits(1);
        if (code - first < counts[length]) {
          return symbols[index + code - first];
        }
        index += counts[length];
        first = first + counts[length] << 1;
        code <<= 1;
      }
      throw new AssertionError("no such code");
    }
  }
}
