package dev.phalanx.fuzz;

import dev.phalanx.rfc6455.DeflateParameters;
import dev.phalanx.rfc6455.DeflatePool;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Limits;
import dev.phalanx.rfc6455.Protocol;
import dev.phalanx.rfc6455.Side;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A compressed message, in sound frames: what comes out stays within the limit, and is what the
 * JDK's inflater makes of the same bytes. The first byte chooses how the message is fragmented.
 */
public final class InflaterFuzz {
  private static final int LIMIT = 1_000;
  private static final Limits LIMITS = new Limits(LIMIT, 8_000, 8_000);
  private static final byte[] EMPTY_FINAL_BLOCK = {3, 0};

  private InflaterFuzz() {}

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 2) {
      return;
    }
    byte[] message = Arrays.copyOfRange(input, 1, input.length);
    int fragment = input[0] == 0 ? message.length : (input[0] & 0xFF);
    for (boolean alone : new boolean[] {true, false}) {
      DeflatePool pool = new DeflatePool(0);
      DeflateParameters agreed = new DeflateParameters(alone, alone, 15, 15);
      Protocol protocol = new Protocol(Side.CLIENT, LIMITS, agreed, pool);
      check(protocol.receive(ByteBuffer.wrap(frames(message, fragment))), message);
      protocol.release();
      Promise.that(pool.inUse() == 0, "no inflater is kept");
    }
  }

  private static void check(@Nullable Event event, byte[] message) {
    switch (event) {
      case Event.Binary(byte[] bytes) -> {
        Promise.that(bytes.length <= LIMIT, "no more than the limit comes out");
        byte[] expected = inflated(message);
        Promise.that(
            expected == null || Arrays.equals(expected, bytes), "the JDK inflates it to the same");
      }
      case Event.Failed(int code, String reason) -> {
        Promise.that(code == 1009 || code == 1002 || code == 1007, reason);
        Promise.that(code != 1009 || tooLarge(message), "only what is too large is called so");
      }
      case null, default -> throw new AssertionError("broken: a message has an end, not " + event);
    }
  }

  private static boolean tooLarge(byte[] message) {
    byte[] expected = inflated(message);
    return expected == null || expected.length > LIMIT;
  }

  /**
   * At most one byte more than the limit; null for what is corrupt, ends in a final block, or ends
   * within a block: what RFC 7692 (section 7.2.2) has appended is read as data then.
   */
  private static byte @Nullable [] inflated(byte[] message) {
    byte[] whole = Arrays.copyOf(message, message.length + 4);
    whole[whole.length - 2] = -1; // 00 00 ff ff
    whole[whole.length - 1] = -1;
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Inflater inflater = new Inflater(true)) {
      inflate(inflater, whole, all);
      int size = all.size();
      if (size > LIMIT) {
        return all.toByteArray();
      }
      boolean isEnded = inflater.finished();
      inflate(inflater, EMPTY_FINAL_BLOCK, all);
      boolean endsBetweenBlocks = inflater.finished() && all.size() == size;
      return isEnded || !endsBetweenBlocks ? null : all.toByteArray();
    } catch (DataFormatException e) {
      return null;
    }
  }

  private static void inflate(Inflater inflater, byte[] piece, ByteArrayOutputStream to)
      throws DataFormatException {
    byte[] some = new byte[LIMIT + 1];
    inflater.setInput(piece);
    for (int n = inflater.inflate(some); n > 0 && to.size() <= LIMIT; n = inflater.inflate(some)) {
      to.write(some, 0, n);
    }
  }

  /** As a server sends them: unmasked. */
  private static byte[] frames(byte[] message, int fragment) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < message.length; at += fragment) {
      int length = Math.min(fragment, message.length - at);
      boolean last = at + length == message.length;
      out.write((last ? 0x80 : 0) | (at == 0 ? 0x42 : 0));
      out.write(126);
      out.write(length >> 8);
      out.write(length);
      out.write(message, at, length);
    }
    return out.toByteArray();
  }
}
