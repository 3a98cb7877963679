package dev.phalanx.fuzz;

import dev.phalanx.rfc6455.DeflateParameters;
import dev.phalanx.rfc6455.DeflatePool;
import dev.phalanx.rfc6455.Event;
import dev.phalanx.rfc6455.Limits;
import dev.phalanx.rfc6455.Protocol;
import dev.phalanx.rfc6455.Side;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a peer sends on an open connection, to either side, with permessage-deflate and without. The
 * first byte chooses; the rest are frames. They are read whole, and again a byte at a time: both
 * must come to the same.
 */
public final class FramesFuzz {
  private static final Limits LIMITS = new Limits(2_000, 1_500, 16);

  private FramesFuzz() {}

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] frames = Arrays.copyOfRange(input, 1, input.length);
    List<String> whole = read(input[0], frames, frames.length);
    List<String> dripping = read(input[0], frames, 1);
    Promise.that(
        whole.equals(dripping), "the same however it comes: " + whole + " and " + dripping);
  }

  private static List<String> read(int choice, byte[] frames, int pieceLength) {
    DeflatePool pool = new DeflatePool(0);
    Protocol protocol = protocol(choice, pool);
    List<String> seen = new ArrayList<>();
    for (int at = 0; at < frames.length; at += pieceLength) {
      ByteBuffer piece =
          ByteBuffer.wrap(frames, at, Math.min(pieceLength, frames.length - at)).slice();
      for (Event event = protocol.receive(piece); event != null; event = protocol.receive(piece)) {
        Promise.that(!isOver(seen), "nothing comes after the end");
        seen.add(check(event));
      }
      Promise.that(!piece.hasRemaining(), "all that came is read");
    }
    Promise.that(pool.inUse() <= 1, "one inflater at most");
    protocol.release();
    Promise.that(pool.inUse() == 0, "no inflater is kept");
    checkOwed(protocol);
    return seen;
  }

  private static Protocol protocol(int choice, DeflatePool pool) {
    Side side = (choice & 1) == 0 ? Side.SERVER : Side.CLIENT;
    if ((choice & 2) == 0) {
      return new Protocol(side, LIMITS);
    }
    boolean alone = (choice & 4) == 0;
    return new Protocol(side, LIMITS, new DeflateParameters(alone, alone, 15, 15), pool);
  }

  private static boolean isOver(List<String> seen) {
    return !seen.isEmpty()
        && (seen.getLast().startsWith("Close") || seen.getLast().startsWith("Failed"));
  }

  private static String check(Event event) {
    return switch (event) {
      case Event.Text text -> "Text " + utf8(checkSize(text.utf8(), LIMITS.maxMessageSize()));
      case Event.Binary binary -> told("Binary", binary.bytes(), LIMITS.maxMessageSize());
      case Event.Ping ping -> told("Ping", ping.payload(), 125);
      case Event.Pong pong -> told("Pong", pong.payload(), 125);
      case Event.Close close -> {
        Promise.that(close.reason().length() <= 123, "a reason fits into a control frame");
        yield "Close " + close.code() + " " + close.reason();
      }
      case Event.Failed failed -> {
        Promise.that(List.of(1002, 1007, 1008, 1009).contains(failed.code()), "a known code");
        yield "Failed " + failed.code();
      }
    };
  }

  private static String told(String what, byte[] payload, int most) {
    return what + " " + Arrays.toString(checkSize(payload, most));
  }

  private static byte[] checkSize(byte[] payload, int most) {
    Promise.that(payload.length <= most, "at most " + most + " bytes, not " + payload.length);
    return payload;
  }

  private static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("broken: a text is UTF-8", e);
    }
  }

  private static void checkOwed(Protocol protocol) {
    int owed = 0;
    while (protocol.pollControl() != null) {
      owed++;
    }
    Promise.that(owed <= 64, "64 Pongs at most are owed, not " + owed);
  }
}
