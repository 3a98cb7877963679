package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
  @Test
  @DisplayName("§1.3: the RFC's own example of key and accept")
  void accept() {
    assertThat(Handshake.accept("dGhlIHNhbXBsZSBub25jZQ=="))
        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  @Test
  @DisplayName("§4.1: the key is 16 bytes in base64")
  void validKeys() {
    for (int length = 0; length <= 40; length++) {
      String key = Base64.getEncoder().encodeToString(new byte[length]);
      assertThat(Handshake.isValidKey(key)).as(key).isEqualTo(length == 16);
    }
    assertThat(Handshake.isValidKey("+/+/AZaz09AZaz09AZaz0w==")).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "dGhlIHNhbXBsZSBub25jZQ=", // one byte of padding lost
        "dGhlIHNhbXBsZSBub25jZQ===",
        "dGhlIHNhbXBsZSBub25jZQAA", // 18 bytes
        "dGhlIHNhbXBsZSBub25jZ===",
        "dGhlIHNhbXBsZSBub25j-_==", // the URL's base64
        "dGhlIHNhbXBsZSBub25j Q==",
        "dGhlIHNhbXBsZSBub25jZ\u00e9==",
        " dGhlIHNhbXBsZSBub25jZQ=",
      })
  @DisplayName("§4.2.1: anything else is not a key")
  void invalidKeys(@Nullable String key) {
    assertThat(Handshake.isValidKey(key)).isFalse();
  }

  @Test
  @DisplayName("§4.1: the key MUST be selected randomly for each connection")
  void newKeys() {
    SecureRandom random = new SecureRandom();
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      keys.add(Handshake.newKey(random));
    }

    assertThat(keys).hasSize(100).allMatch(Handshake::isValidKey);
  }

  @Test
  @DisplayName("§11.3.4: repeated headers are one list, in order")
  void tokens() {
    assertThat(Handshake.tokens(List.of("chat, superchat", "v1.json")))
        .containsExactly("chat", "superchat", "v1.json");
  }

  @Test
  @DisplayName("RFC 9110 §5.6.1: empty elements, and blanks around elements, are skipped")
  void emptyElements() {
    assertThat(Handshake.tokens(List.of(" , a ,\t,b,", "", " ", ",", "c")))
        .containsExactly("a", "b", "c");
    assertThat(Handshake.tokens(List.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "\"a\"", "a/b", "a;q=1", "a\u0000", "a\r\n", "\u00e9", "\u00a0a", "a=b"})
  @DisplayName("§4.2.1: a malformed list is refused, and the message says where")
  void malformed(String element) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Handshake.tokens(List.of("fine", "fine, " + element)))
        .withMessage("element 3 of a comma-separated list of tokens is not a token");
  }

  @Test
  @DisplayName("§4.2.1: Upgrade and Connection are compared in any case")
  void hasToken() {
    assertThat(Handshake.hasToken(List.of("keep-alive, UPGRADE"), "Upgrade")).isTrue();
    assertThat(Handshake.hasToken(List.of("keep-alive", " upgrade "), "Upgrade")).isTrue();
    assertThat(Handshake.hasToken(List.of("keep-alive"), "Upgrade")).isFalse();
    assertThat(Handshake.hasToken(List.of("upgrades", "up grade"), "Upgrade")).isFalse();
    assertThat(Handshake.hasToken(List.of(), "Upgrade")).isFalse();
  }

  @Test
  void hasTokenPassesOverWhatIsMalformed() {
    assertThat(Handshake.hasToken(List.of(",;\u0000 =,", "", "websocket"), "websocket")).isTrue();
    assertThat(Handshake.hasToken(List.of("\"websocket\""), "websocket")).isFalse();
  }

  @Test
  void hasTokenKnowsTheCasesOfAsciiOnly() {
    String withKelvinSign = "websoc\u212Aet";

    assertThat(withKelvinSign).isEqualToIgnoringCase("websocket");
    assertThat(Handshake.hasToken(List.of(withKelvinSign), "websocket")).isFalse();
  }

  @Test
  @DisplayName("RFC 9110 §5.6.2: the characters of a token")
  void isToken() {
    String allowed =
        "!#$%&'*+-.^_`|~0123456789" + "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (int c = 0; c <= 0x2FF; c++) {
      String s = Character.toString(c);
      assertThat(Handshake.isToken(s)).as("U+%04X", c).isEqualTo(allowed.contains(s));
      assertThat(Handshake.isToken("a" + s)).as("U+%04X", c).isEqualTo(allowed.contains(s));
    }
    assertThat(Handshake.isToken("")).isFalse();
    assertThat(Handshake.isToken(allowed)).isTrue();
  }
}
