package dev.phalanx.hermes;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Ids that nobody can guess (CVE-2026-41838). Any thread. */
final class ConnectionIds {
  private static final SecureRandom RANDOM = new SecureRandom();

  private ConnectionIds() {}

  static String next() {
    byte[] bits = new byte[16];
    RANDOM.nextBytes(bits);
    return HexFormat.of().formatHex(bits);
  }
}
