package dev.phalanx.fuzz;

import dev.phalanx.rfc6455.DeflateNegotiation;
import dev.phalanx.rfc6455.DeflateParameters;
import dev.phalanx.rfc6455.Extension;
import dev.phalanx.rfc6455.Handshake;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The values of the headers that open a WebSocket, one a line. */
public final class HandshakeFuzz {
  private static final int MAX_EXTENSIONS = 32;

  private HandshakeFuzz() {}

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) {
    List<String> values = List.of(new String(input, StandardCharsets.ISO_8859_1).split("\n", -1));
    checkTokens(values);
    checkKey(values.getFirst());
    checkOffer(values);
    checkAnswer(values);
  }

  private static void checkTokens(List<String> values) {
    try {
      for (String token : Handshake.tokens(values)) {
        Promise.that(Handshake.isToken(token), "a token is one");
        Promise.that(Handshake.hasToken(values, token), "a token in a list is found in it");
      }
    } catch (IllegalArgumentException malformed) {
      Promise.that(malformed.getMessage() != null, "it is said what is wrong");
    }
  }

  private static void checkKey(String key) {
    if (Handshake.isValidKey(key)) {
      Promise.that(Handshake.accept(key).length() == 28, "20 bytes in Base64");
    }
  }

  private static void checkOffer(List<String> values) {
    try {
      List<Extension> offered = Extension.offered(values);
      Promise.that(offered.size() <= MAX_EXTENSIONS, "32 extensions are read at most");
      for (int bits = 9; bits <= 15; bits += 3) {
        checkAgreement(values, new DeflateParameters(bits == 9, bits == 12, bits, bits));
      }
    } catch (IllegalArgumentException malformed) {
      Promise.that(malformed.getMessage() != null, "it is said what is wrong");
    }
  }

  /** What a server answers must be sound, and within what it wishes for. */
  private static void checkAgreement(List<String> values, DeflateParameters ours) {
    DeflateNegotiation.Agreement agreement = DeflateNegotiation.accept(values, ours);
    if (agreement == null) {
      return;
    }
    DeflateParameters agreed = agreement.parameters();
    Promise.that(agreed.serverMaxWindowBits() <= ours.serverMaxWindowBits(), "our window");
    Promise.that(agreed.serverMaxWindowBits() > 8, "8 bits are not promised");
    Promise.that(
        agreed.serverNoContextTakeover() || !ours.serverNoContextTakeover(), "our context");
    Promise.that(Extension.accepted(List.of(agreement.header())).size() == 1, "a sound answer");
  }

  /** As a client reads it. */
  private static void checkAnswer(List<String> values) {
    try {
      DeflateParameters agreed = DeflateNegotiation.agreed(values, DeflateParameters.defaults());
      Promise.that(
          agreed != null || Extension.accepted(values).isEmpty(), "nothing is declined unread");
    } catch (IllegalArgumentException malformed) {
      Promise.that(malformed.getMessage() != null, "it is said what is wrong");
    }
  }
}
