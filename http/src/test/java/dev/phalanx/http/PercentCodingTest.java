package dev.phalanx.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 3986, section 2.1. */
class PercentCodingTest {
  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "tea, tea",
    "%74ea, tea",
    "a%20b, a b",
    "a+b, a+b",
    "%2f, /",
    "%2F, /",
    "100%25, 100%",
    "%E2%98%95, ☕",
    "☕%41, ☕A",
    "%25%32%30, %20",
  })
  void octets_are_decoded_once_as_utf_8(String encoded, String decoded) {
    assertThat(PercentCoding.decode(encoded)).isEqualTo(decoded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%4", "a%", "%4g", "%g4", "%%41", "% 41", "%+1", "%\u0661\u0661"})
  void a_percent_sign_without_two_digits_is_a_400(String encoded) {
    assertThatThrownBy(() -> PercentCoding.decode(encoded))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(400))
        .hasMessageContaining("two hex digits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%FF", "%C3", "%C0%AF", "%ED%A0%80", "%F4%90%80%80", "a%80b"})
  void octets_that_are_not_utf_8_are_a_400(String encoded) {
    assertThatThrownBy(() -> PercentCoding.decode(encoded))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(400))
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void a_zero_octet_is_a_character_like_others() {
    assertThat(PercentCoding.decode("a%00b")).isEqualTo("a\0b");
  }
}
