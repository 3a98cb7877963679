package dev.phalanx.rfc6455;

import org.jspecify.annotations.Nullable;

/** What a frame is (RFC 6455 §5.2). The codes that are missing here are reserved. */
public enum Opcode {
  CONTINUATION(0x0),
  TEXT(0x1),
  BINARY(0x2),
  CLOSE(0x8),
  PING(0x9),
  PONG(0xA);

  private final int code;

  Opcode(int code) {
    this.code = code;
  }

  /** The four bits on the wire, 0 to 15. */
  public int code() {
    return code;
  }

  /** Whether this is Close, Ping or Pong: short, never fragmented (RFC 6455 §5.5). */
  public boolean isControl() {
    return code >= 0x8;
  }

  /** The opcode with this code, or null if RFC 6455 defines none. */
  public static @Nullable Opcode of(int code) {
    return switch (code) {
      case 0x0 -> CONTINUATION;
      case 0x1 -> TEXT;
      case 0x2 -> BINARY;
      case 0x8 -> CLOSE;
      case 0x9 -> PING;
      case 0xA -> PONG;
      default -> null;
    };
  }
}
