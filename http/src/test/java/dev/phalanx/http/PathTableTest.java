package dev.phalanx.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which of several patterns is taken. */
class PathTableTest {
  private final PathTable<String> table = new PathTable<>();

  private void has(String... patterns) {
    for (String pattern : patterns) {
      table.add(PathPattern.of(pattern), pattern);
    }
  }

  private @Nullable String find(String path) {
    PathTable.Match<String> match = table.find(PathPattern.segmentsOf(path));
    return match == null ? null : match.value();
  }

  @Test
  void the_more_specific_goes_first_whatever_the_order() {
    has("/x/{any}", "/x/{id:\\d+}", "/x/42", "/{any}/42");

    assertThat(find("/x/42")).isEqualTo("/x/42");
    assertThat(find("/x/43")).isEqualTo("/x/{id:\\d+}");
    assertThat(find("/x/tea")).isEqualTo("/x/{any}");
    assertThat(find("/y/42")).isEqualTo("/{any}/42");
    assertThat(find("/y/43")).isNull();
  }

  @Test
  void an_earlier_segment_decides_before_a_later_one() {
    has("/{any}/list", "/x/{any}");

    assertThat(find("/x/list")).isEqualTo("/x/{any}");
  }

  @Test
  void of_two_expressions_that_match_the_one_that_was_added_first_is_taken() {
    has("/x/{name:\\w+}", "/x/{id:\\d+}");

    assertThat(find("/x/42")).isEqualTo("/x/{name:\\w+}");
  }

  @Test
  void and_the_other_way_round() {
    has("/x/{id:\\d+}", "/x/{name:\\w+}");

    assertThat(find("/x/42")).isEqualTo("/x/{id:\\d+}");
    assertThat(find("/x/tea")).isEqualTo("/x/{name:\\w+}");
  }

  @Test
  void a_later_segment_decides_where_expressions_do_not() {
    has("/{id:\\d+}/{page}", "/{name:\\w+}/list", "/{other:.+}/list");

    assertThat(find("/42/list")).isEqualTo("/{name:\\w+}/list");
    assertThat(find("/42/map")).isEqualTo("/{id:\\d+}/{page}");
  }

  @Test
  void patterns_that_nothing_can_decide_between_are_refused_and_both_named() {
    has("/x/{id:\\d+}", "/x/{any}");

    assertThatThrownBy(() -> has("/x/{other}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ambiguous: \"/x/{other}\" matches the same paths as \"/x/{any}\"");
    assertThatThrownBy(() -> has("/x/{n:\\d+}")).hasMessageContaining("\"/x/{id:\\d+}\"");
  }

  @Test
  void a_match_has_the_parameters_of_its_own_pattern() {
    has("/{a}/x", "/{b}/y");

    PathTable.Match<String> match = table.find(List.of("tea", "y"));

    assertThat(match).isNotNull();
    assertThat(match.params().get("b")).isEqualTo("tea");
    assertThat(table.values()).containsExactly("/{a}/x", "/{b}/y");
  }
}
