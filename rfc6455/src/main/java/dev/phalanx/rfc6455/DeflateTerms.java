package dev.phalanx.rfc6455;

import org.jspecify.annotations.Nullable;

/**
 * One {@code permessage-deflate} of a header, with its parameters found valid (RFC 7692 §7.1).
 *
 * @param serverMaxWindowBits {@link #ABSENT}, or 8 to 15
 * @param clientMaxWindowBits likewise; 15 if it came without a value
 */
record DeflateTerms(
    boolean serverNoContextTakeover,
    boolean clientNoContextTakeover,
    int serverMaxWindowBits,
    int clientMaxWindowBits) {

  static final int ABSENT = 0;

  static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
  static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
  static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
  static final String CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";

  private static final DeflateTerms NONE = new DeflateTerms(false, false, ABSENT, ABSENT);
  private static final int INVALID = -1;

  /**
   * The terms, or null if a parameter is unknown, comes twice or has a value that it must not have
   * (RFC 7692 §7).
   *
   * @param isAnswer in an answer, {@code client_max_window_bits} needs its value (§7.1.2.2)
   */
  static @Nullable DeflateTerms of(Extension extension, boolean isAnswer) {
    DeflateTerms terms = NONE;
    for (Extension.Parameter parameter : extension.parameters()) {
      terms = terms.with(parameter, isAnswer);
      if (terms == null) {
        return null;
      }
    }
    return terms;
  }

  private @Nullable DeflateTerms with(Extension.Parameter parameter, boolean isAnswer) {
    String value = parameter.value();
    return switch (parameter.name()) {
      case SERVER_NO_CONTEXT_TAKEOVER ->
          serverNoContextTakeover || value != null
              ? null
              : new DeflateTerms(
                  true, clientNoContextTakeover, serverMaxWindowBits, clientMaxWindowBits);
      case CLIENT_NO_CONTEXT_TAKEOVER ->
          clientNoContextTakeover || value != null
              ? null
              : new DeflateTerms(
                  serverNoContextTakeover, true, serverMaxWindowBits, clientMaxWindowBits);
      case SERVER_MAX_WINDOW_BITS -> withServerBits(bits(value));
      case CLIENT_MAX_WINDOW_BITS ->
          withClientBits(
              value == null && !isAnswer ? DeflateParameters.MAX_WINDOW_BITS : bits(value));
      default -> null;
    };
  }

  private @Nullable DeflateTerms withServerBits(int bits) {
    return bits == INVALID || serverMaxWindowBits != ABSENT
        ? null
        : new DeflateTerms(
            serverNoContextTakeover, clientNoContextTakeover, bits, clientMaxWindowBits);
  }

  private @Nullable DeflateTerms withClientBits(int bits) {
    return bits == INVALID || clientMaxWindowBits != ABSENT
        ? null
        : new DeflateTerms(
            serverNoContextTakeover, clientNoContextTakeover, serverMaxWindowBits, bits);
  }

  /** §7.1.2: "a decimal integer value without leading zeroes between 8 to 15, inclusive". */
  private static int bits(@Nullable String value) {
    return switch (value) {
      case "8" -> 8;
      case "9" -> 9;
      case "10" -> 10;
      case "11" -> 11;
      case "12" -> 12;
      case "13" -> 13;
      case "14" -> 14;
      case "15" -> 15;
      case null, default -> INVALID;
    };
  }

  /** As an element of the header. */
  String header() {
    StringBuilder header = new StringBuilder(DeflateParameters.EXTENSION);
    if (serverNoContextTakeover) {
      header.append("; ").append(SERVER_NO_CONTEXT_TAKEOVER);
    }
    if (clientNoContextTakeover) {
      header.append("; ").append(CLIENT_NO_CONTEXT_TAKEOVER);
    }
    if (serverMaxWindowBits != ABSENT) {
      header.append("; ").append(SERVER_MAX_WINDOW_BITS).append('=').append(serverMaxWindowBits);
    }
    if (clientMaxWindowBits != ABSENT) {
      header.append("; ").append(CLIENT_MAX_WINDOW_BITS).append('=').append(clientMaxWindowBits);
    }
    return header.toString();
  }
}
