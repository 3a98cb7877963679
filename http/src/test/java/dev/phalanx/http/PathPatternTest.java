package dev.phalanx.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths a pattern matches, and what its parameters stand for then. */
class PathPatternTest {
  private static @Nullable PathParams match(String pattern, String path) {
    return PathPattern.of(pattern).match(PathPattern.segmentsOf(path));
  }

  @ParameterizedTest
  @CsvSource({
    "/, /",
    "/a, /a",
    "/a, /%61",
    "/a/, /a/",
    "/a b, /a%20b",
    "/{x}, /b",
    "/a/{x}/c, /a/b/c",
    "/{x}, /a%2Fb",
    "'/{n:\\d+}', /42",
    "'/{n:\\d{2,3}}', /123",
    "'/{n:a/b}', /a%2Fb",
    "'/{n:.*}', /",
  })
  void a_path_matches_segment_by_segment_decoded(String pattern, String path) {
    assertThat(match(pattern, path)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "/, /a",
    "/a, /",
    "/a, /a/",
    "/a/, /a",
    "/a, /A",
    "/a, //a",
    "/a/b, /a%2Fb",
    "/{x}, /",
    "/{x}, /a/b",
    "'/{n:\\d+}', /4a",
    "'/{n:\\d+}', /",
    "'/{n:\\d{2,3}}', /1234",
  })
  void any_other_path_does_not(String pattern, String path) {
    assertThat(match(pattern, path)).isNull();
  }

  @Test
  void parameters_are_known_by_name() {
    PathParams params = match("/users/{id:\\d+}/{page}", "/users/42/tea%20time");

    assertThat(params).isNotNull();
    assertThat(params.get("id")).isEqualTo("42");
    assertThat(params.getLong("id")).isEqualTo(42);
    assertThat(params.find("page")).isEqualTo("tea time");
    assertThat(params.find("other")).isNull();
    assertThatThrownBy(() -> params.get("other"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("{other}")
        .hasMessageContaining("id");
  }

  @Test
  void a_parameter_that_is_not_a_number_leads_nowhere() {
    PathParams params = match("/{id}", "/99999999999999999999");

    assertThat(params).isNotNull();
    assertThatThrownBy(() -> params.getLong("id"))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(404))
        .hasMessageContaining("{id}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "/{a",
        "/a}",
        "/{}",
        "/{1}",
        "/{a b}",
        "/a{b}",
        "/{a}b",
        "/{a}/{a}",
        "/{a:(}",
        "//",
        "//a",
        "/a//b",
        "/ws/*",
        "/files/*.png",
        "/ws/:room",
        "/a?x=1",
        "/a#b",
        "/a%20b"
      })
  void a_malformed_pattern_is_quoted(String pattern) {
    assertThatThrownBy(() -> PathPattern.of(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("malformed path pattern \"" + pattern + "\": ");
  }

  @Test
  void what_other_routers_understand_is_refused_with_the_right_spelling() {
    assertThatThrownBy(() -> PathPattern.of("/ws/:room"))
        .hasMessageEndingWith("write {room} in place of \":room\"");
    assertThatThrownBy(() -> PathPattern.of("/ws/*")).hasMessageContaining("write {name}");
    assertThatThrownBy(() -> PathPattern.of("/a?x=1")).hasMessageContaining("the path alone");
    assertThatThrownBy(() -> PathPattern.of("/a//b")).hasMessageContaining("two slashes in a row");
    assertThat(match("/{star:\\*}/{n:a?b:c}", "/*/b:c")).isNotNull();
    assertThat(match("/v1/rooms:batch", "/v1/rooms:batch")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "/, /, true",
    "/, /a/b, true",
    "/a, /a, true",
    "/a, /a/, true",
    "/a, /a/b, true",
    "/a, /ab, false",
    "/a, /, false",
    "/a/b, /a, false",
    "/{x}/b, /a/b/c, true",
  })
  void a_prefix_is_of_whole_segments(String prefix, String path, boolean is) {
    assertThat(PathPattern.of(prefix).isPrefixOf(PathPattern.segmentsOf(path))).isEqualTo(is);
  }

  @ParameterizedTest
  @CsvSource({"/a, /b, /a/b", "/, /b, /b", "/a/, /b, /a/b", "/{x}, /{y}, /{x}/{y}", "/a, /, /a/"})
  void a_pattern_below_a_prefix_is_both(String prefix, String pattern, String both) {
    assertThat(PathPattern.of(pattern).under(PathPattern.of(prefix))).hasToString(both);
  }

  @Test
  void patterns_that_differ_in_names_only_are_equal() {
    PathPattern pattern = PathPattern.of("/a/{x}/{n:\\d+}");

    assertThat(pattern)
        .isEqualTo(PathPattern.of("/a/{y}/{m:\\d+}"))
        .hasSameHashCodeAs(PathPattern.of("/a/{y}/{m:\\d+}"))
        .isNotEqualTo(PathPattern.of("/a/{x}/{n:\\d*}"))
        .isNotEqualTo(PathPattern.of("/a/{x}/{n}"))
        .isNotEqualTo(PathPattern.of("/b/{x}/{n:\\d+}"))
        .isNotEqualTo(PathPattern.of("/a/{x}"));
    assertThat(pattern.isAmbiguousWith(PathPattern.of("/a/{y}/{m:\\d+}"))).isTrue();
  }

  @Test
  void a_target_that_is_no_path_is_a_400() {
    assertThatThrownBy(() -> PathPattern.segmentsOf("*"))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(400));
    assertThat(PathPattern.segmentsOf("/")).isEqualTo(List.of(""));
    assertThat(PathPattern.segmentsOf("/a//b%2Fc/")).containsExactly("a", "", "b/c", "");
  }
}
