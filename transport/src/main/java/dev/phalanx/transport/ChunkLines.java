package dev.phalanx.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Follows a chunked body while Netty decodes it, and checks what Netty skips: the grammar of chunk
 * extensions (RFC 9112, section 7.1.1) and the line ends of trailers. One instance for each body.
 */
final class ChunkLines {
  private enum State {
    SIZE,
    SEMICOLON, // after it, and blanks
    NAME,
    NAME_BLANK,
    EQUALS, // after it, and blanks
    VALUE,
    QUOTED,
    ESCAPED,
    QUOTED_END,
    BLANK, // only a semicolon may follow
    DATA,
    DATA_END,
    TRAILERS
  }

  private State state = State.SIZE;
  private long size; // of the chunk; while in its data, what is left of it
  private byte previous;
  private @Nullable String fault;

  /** The first fault; null if there is none. */
  @Nullable String fault() {
    return fault;
  }

  /** Takes the bytes that Netty has decoded. */
  void follow(ByteBuf bytes, int from, int to) {
    int at = from;
    while (at < to && fault == null) {
      if (state == State.DATA) {
        int part = (int) Math.min(size, to - at);
        size -= part;
        at += part;
        if (size == 0) {
          state = State.DATA_END;
        }
      } else {
        take(bytes.getByte(at));
        at++;
      }
    }
  }

  private void take(byte next) {
    if ((previous == '\r') != (next == '\n')) {
      fault = "a line must end with CR LF";
    } else if (next == '\n') {
      endLine();
    } else if (next != '\r' && state != State.TRAILERS) {
      State then = after(next);
      if (then == null) {
        fault = "malformed chunk extension";
      } else {
        state = then;
      }
    }
    previous = next;
  }

  private void endLine() {
    switch (state) {
      case SIZE, NAME, VALUE, QUOTED_END -> state = size == 0 ? State.TRAILERS : State.DATA;
      case DATA_END -> {
        state = State.SIZE;
        size = 0;
      }
      case TRAILERS -> {}
      default -> fault = "malformed chunk extension";
    }
  }

  private @Nullable State after(byte next) {
    boolean blank = next == ' ' || next == '\t';
    return switch (state) {
      case SIZE -> afterSize(next, blank);
      case SEMICOLON -> blank ? State.SEMICOLON : isToken(next) ? State.NAME : null;
      case NAME ->
          isToken(next)
              ? State.NAME
              : blank ? State.NAME_BLANK : next == '=' ? State.EQUALS : semicolon(next);
      case NAME_BLANK -> blank ? State.NAME_BLANK : next == '=' ? State.EQUALS : semicolon(next);
      case EQUALS ->
          blank ? State.EQUALS : next == '"' ? State.QUOTED : isToken(next) ? State.VALUE : null;
      case VALUE -> isToken(next) ? State.VALUE : blank ? State.BLANK : semicolon(next);
      case QUOTED ->
          next == '"'
              ? State.QUOTED_END
              : next == '\\' ? State.ESCAPED : isText(next) ? State.QUOTED : null;
      case ESCAPED -> isText(next) ? State.QUOTED : null;
      case QUOTED_END, BLANK -> blank ? State.BLANK : semicolon(next);
      case DATA, DATA_END, TRAILERS -> null; // data has no lines; its end is CR LF alone
    };
  }

  private @Nullable State afterSize(byte next, boolean blank) {
    int digit = Character.digit(next, 16);
    if (digit >= 0) {
      size = size << 4 | digit;
      return State.SIZE;
    }
    return blank ? State.BLANK : semicolon(next);
  }

  private static @Nullable State semicolon(byte next) {
    return next == ';' ? State.SEMICOLON : null;
  }

  /** RFC 9110, section 5.6.2. */
  private static boolean isToken(byte next) {
    return (next >= '0' && next <= '9')
        || (next >= 'A' && next <= 'Z')
        || (next >= 'a' && next <= 'z')
        || (next > 0 && "!#$%&'*+-.^_`|~".indexOf(next) >= 0);
  }

  /** RFC 9110, section 5.6.4; bytes beyond ASCII are below 0 here, and allowed. */
  private static boolean isText(byte next) {
    return next == '\t' || next < 0 || (next >= ' ' && next != 0x7F);
  }
}
