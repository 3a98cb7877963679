package dev.phalanx.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110, sections 5.1 and 5.5, and 5.6.2 for what a token is. */
class HeaderSyntaxTest {
  @ParameterizedTest
  @ValueSource(strings = {"Host", "x", "X-Forwarded-For", "0", "!#$%&'*+-.^_`|~"})
  void a_token_is_a_name(String name) {
    assertThatCode(() -> HeaderSyntax.checkName(name)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " Host", "Ho st", "Host:", "Höst", "Ho\nst", "Host\0", "(Host)", "a/b", "a\"b"
      })
  void anything_else_is_not(String name) {
    assertThatThrownBy(() -> HeaderSyntax.checkName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(e -> assertThat(e.getMessage()).matches("[ -~]*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\tb", "text/html; charset=utf-8", "caf\u00e9", "\u00ff"})
  void a_value_has_printable_characters_tabs_and_what_latin_1_has_besides(String value) {
    assertThatCode(() -> HeaderSyntax.checkValue("Via", value)).doesNotThrowAnyException();
  }

  static Stream<String> controls() {
    return IntStream.concat(IntStream.range(0, ' '), IntStream.of(0x7f, 0x100, 0x2028, 0xd83d))
        .filter(c -> c != '\t')
        .mapToObj(c -> "a" + (char) c + "b");
  }

  @ParameterizedTest
  @MethodSource("controls")
  void a_control_character_and_what_is_no_octet_is_refused_and_the_header_named(String value) {
    assertThatThrownBy(() -> HeaderSyntax.checkValue("Via", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("header Via");
  }

  @Test
  void every_character_of_ascii_is_in_a_name_or_is_not() {
    String allowed =
        IntStream.range(0, 0x80)
            .mapToObj(c -> String.valueOf((char) c))
            .filter(HeaderSyntaxTest::isName)
            .reduce("", String::concat);

    assertThat(allowed)
        .isEqualTo("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~");
  }

  private static boolean isName(String name) {
    try {
      HeaderSyntax.checkName(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
