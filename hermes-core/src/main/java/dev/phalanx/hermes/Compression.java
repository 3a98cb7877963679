package dev.phalanx.hermes;

import dev.phalanx.rfc6455.DeflateParameters;

/**
 * How messages are compressed with peers that can (permessage-deflate, RFC 7692). Immutable; {@link
 * #defaults()} and the {@code with…} methods make one, {@link WsConfig#withCompression} turns it
 * on.
 *
 * <p>What it costs in memory, for each connection, on a server:
 *
 * <ul>
 *   <li>Without context takeover, as by default: nothing while it is idle. An inflater (42 KiB) is
 *       held while a compressed message arrives, a deflater (268 KiB) during a {@code send}; both
 *       come from a pool of the process.
 *   <li>With the client's context taken over: an inflater (42 KiB, native) from its first
 *       compressed message on, whatever the window.
 *   <li>With the server's context taken over, from the first message that it compresses on: a
 *       deflater (268 KiB, native) if the window has 15 bits; else 2^bits bytes of heap, such as 4
 *       KiB for 12 bits, and more processor time for each message.
 * </ul>
 *
 * <p>Compression and secrets don't mix: where a message has a secret next to what an attacker may
 * choose, its compressed length tells of the secret (RFC 7692, section 8, refers to CRIME).
 *
 * @param threshold bytes; a shorter message goes out as it is
 * @param level 1, fast, to 9, small
 * @param serverNoContextTakeover whether the server compresses each message by itself; if not, it
 *     still does where the client asks for it
 * @param clientNoContextTakeover whether the client is to compress each message by itself
 * @param serverMaxWindowBits the server refers at most 2^n bytes back, 9 to 15; the client may ask
 *     for less. It takes memory off the client, and off us where context is taken over
 * @param clientMaxWindowBits the same for the client, where it offers to be told. It takes memory
 *     off the client only: our inflaters have 15 bits in any case
 */
public record Compression(
    int threshold,
    int level,
    boolean serverNoContextTakeover,
    boolean clientNoContextTakeover,
    int serverMaxWindowBits,
    int clientMaxWindowBits) {

  private static final Compression DEFAULTS = new Compression(1_024, 6, true, true, 15, 15);

  /**
   * Checks each setting.
   *
   * @throws IllegalArgumentException that names the setting and its bounds
   */
  public Compression {
    between("threshold", threshold, 0, Integer.MAX_VALUE);
    between("level", level, 1, 9);
    between("serverMaxWindowBits", serverMaxWindowBits, 9, 15);
    between("clientMaxWindowBits", clientMaxWindowBits, 9, 15);
  }

  private static void between(String setting, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s must be %d to %d, not %d".formatted(setting, least, most, value));
    }
  }

  /** From 1 KiB on, level 6, no context takeover, 15 bits. */
  public static Compression defaults() {
    return DEFAULTS;
  }

  /** The same from another size of messages on. */
  public Compression withThreshold(int bytes) {
    return new Compression(
        bytes,
        level,
        serverNoContextTakeover,
        clientNoContextTakeover,
        serverMaxWindowBits,
        clientMaxWindowBits);
  }

  /** The same at another level. */
  public Compression withLevel(int level) {
    return new Compression(
        threshold,
        level,
        serverNoContextTakeover,
        clientNoContextTakeover,
        serverMaxWindowBits,
        clientMaxWindowBits);
  }

  /** The same with or without context takeover on the server's way out. */
  public Compression withServerNoContextTakeover(boolean alone) {
    return new Compression(
        threshold, level, alone, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits);
  }

  /** The same with or without context takeover on the client's way out. */
  public Compression withClientNoContextTakeover(boolean alone) {
    return new Compression(
        threshold, level, serverNoContextTakeover, alone, serverMaxWindowBits, clientMaxWindowBits);
  }

  /** The same with another window of the server. */
  public Compression withServerMaxWindowBits(int bits) {
    return new Compression(
        threshold,
        level,
        serverNoContextTakeover,
        clientNoContextTakeover,
        bits,
        clientMaxWindowBits);
  }

  /** The same with another window of the client. */
  public Compression withClientMaxWindowBits(int bits) {
    return new Compression(
        threshold,
        level,
        serverNoContextTakeover,
        clientNoContextTakeover,
        serverMaxWindowBits,
        bits);
  }

  /** What is wished for when it is negotiated, in either role. */
  DeflateParameters wishes() {
    return new DeflateParameters(
        serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits);
  }
}
