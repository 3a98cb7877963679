package dev.phalanx.rfc6455;

/**
 * The four parameters of permessage-deflate (RFC 7692 §7.1): what an endpoint wishes for, and what
 * two have agreed on. Immutable.
 *
 * @param serverNoContextTakeover whether the server compresses each message by itself
 * @param clientNoContextTakeover whether the client does
 * @param serverMaxWindowBits the server refers at most 2^n bytes back: 8 to 15
 * @param clientMaxWindowBits the client likewise
 */
public record DeflateParameters(
    boolean serverNoContextTakeover,
    boolean clientNoContextTakeover,
    int serverMaxWindowBits,
    int clientMaxWindowBits) {

  /** A window of 32 KiB, the largest that DEFLATE has, and what holds where nothing is said. */
  public static final int MAX_WINDOW_BITS = 15;

  static final int MIN_WINDOW_BITS = 8;
  static final String EXTENSION = "permessage-deflate";

  private static final DeflateParameters DEFAULTS =
      new DeflateParameters(false, false, MAX_WINDOW_BITS, MAX_WINDOW_BITS);

  public DeflateParameters {
    requireBits("serverMaxWindowBits", serverMaxWindowBits);
    requireBits("clientMaxWindowBits", clientMaxWindowBits);
  }

  private static void requireBits(String setting, int bits) {
    if (bits < MIN_WINDOW_BITS || bits > MAX_WINDOW_BITS) {
      throw new IllegalArgumentException(setting + " must be 8 to 15, is " + bits);
    }
  }

  /** What holds where nothing is said: context takeover, and 15 bits. */
  public static DeflateParameters defaults() {
    return DEFAULTS;
  }

  /** Whether this side compresses each message by itself. */
  public boolean noContextTakeover(Side sender) {
    return sender == Side.SERVER ? serverNoContextTakeover : clientNoContextTakeover;
  }

  /** How far this side refers back, as a power of 2. */
  public int maxWindowBits(Side sender) {
    return sender == Side.SERVER ? serverMaxWindowBits : clientMaxWindowBits;
  }
}
