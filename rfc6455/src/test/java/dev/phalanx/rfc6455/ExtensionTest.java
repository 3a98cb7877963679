package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.phalanx.seeds.Seed;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtensionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "foo                          | foo",
        "foo, bar                     | foo + bar",
        "foo; x=1, bar; y; z=\"2\"    | foo x=1 + bar y z=2",
        "foo ;  x = 1 ;y              | foo x=1 y",
        "`\tfoo\t;\tx\t=\t\"1\"\t`    | foo x=1",
        "foo; x=\"\\a\\b\"            | foo x=ab",
        ", ,foo,, bar ,               | foo + bar",
        "foo; x=1; x=2                | foo x=1 x=2",
      })
  @DisplayName("§9.1: elements with parameters, whose values may be quoted")
  void grammar(String header, String elements) {
    assertThat(describe(Extension.offered(List.of(header)))).isEqualTo(elements);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "foo;",
        "foo; ;x",
        "foo; =1",
        "foo; x=",
        "foo; x=\"\"",
        "foo; x=\"a b\"",
        "foo; x=\"a\"b",
        "foo; x=\"a",
        "foo; x=\"a\\",
        "foo bar",
        "foo=1",
        "foo/1",
        "foo; x=1 2",
        "\"foo\"",
        "fo\u00f6",
        ";foo",
        "@@@",
        "permessage-deflate; =",
        "foo; x=\"a\\b\\\"\"",
      })
  @DisplayName("§9.1: what is malformed is fatal, in an offer and in an answer")
  void malformed(String header) {
    for (List<String> lines : List.of(List.of(header), List.of("a", header + ", b"))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Extension.accepted(lines))
          .withMessage("Sec-WebSocket-Extensions is malformed");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Extension.offered(lines))
          .withMessage("Sec-WebSocket-Extensions is malformed");
    }
  }

  @Test
  @DisplayName("RFC 9110 §5.3: a header that is repeated is one list")
  void repeatedHeaders() {
    assertThat(describe(Extension.accepted(List.of("a; x", "", "b, c")))).isEqualTo("a x + b + c");
  }

  @Test
  void moreThanAnyoneNeedsIsNotRead() {
    String many = "a" + ",a".repeat(99);
    assertThat(Extension.offered(List.of(many))).hasSize(32);
    assertThat(Extension.offered(List.of("a" + "; x".repeat(17) + ", b; x"))).hasSize(1);
    assertThat(Extension.offered(List.of("a" + "; x".repeat(16)))).hasSize(1);
    assertThatIllegalArgumentException().isThrownBy(() -> Extension.accepted(List.of(many)));
  }

  @Test
  void anythingAtAllCanBeOffered() {
    String alphabet = "aé ;=,\"\\\t\0";
    Seed.run(
        "ExtensionTest.anythingAtAllCanBeOffered",
        random -> {
          for (int i = 0; i < 50_000; i++) {
            StringBuilder line = new StringBuilder();
            for (int length = random.nextInt(20); length > 0; length--) {
              line.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
              for (Extension read : Extension.offered(List.of(line.toString()))) {
                assertThat(Handshake.isToken(read.name())).as(line.toString()).isTrue();
              }
            } catch (IllegalArgumentException malformed) {
              assertThat(malformed).hasMessage("Sec-WebSocket-Extensions is malformed");
            }
          }
        });
  }

  private static String describe(List<Extension> extensions) {
    return extensions.stream()
        .map(extension ->
            extension.name()
                + extension.parameters().stream()
                    .map(p -> " " + p.name() + (p.value() == null ? "" : "=" + p.value()))
                    .collect(Collectors.joining()))
        .collect(Collectors.joining(" + "));
  }
}
