package dev.phalanx.aegis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A scope seen with more on it. */
class AttributesTest {
  private static final AttributeKey<String> USER = AttributeKey.of("user");
  private static final AttributeKey<Integer> TRIES = AttributeKey.of("tries");

  private final OwnedScope scope = Application.starting().compile().openScope("request");

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void an_attribute_that_nobody_set_is_null() {
    assertThat(scope.attribute(USER)).isNull();
  }

  @Test
  void a_view_has_its_attributes_and_the_scope_is_as_it_was() {
    ExecutionScope view = scope.withAttribute(USER, "ada").withAttribute(TRIES, 3);

    assertThat(view.attribute(USER)).isEqualTo("ada");
    assertThat(view.attribute(TRIES)).isEqualTo(3);
    assertThat(scope.attribute(USER)).isNull();
  }

  @Test
  void the_newest_value_counts_and_older_views_keep_theirs() {
    ExecutionScope older = scope.withAttribute(USER, "ada");
    ExecutionScope newer = older.withAttribute(USER, "grace");

    assertThat(newer.attribute(USER)).isEqualTo("grace");
    assertThat(older.attribute(USER)).isEqualTo("ada");
  }

  @Test
  void keys_of_the_same_name_are_different_attributes() {
    ExecutionScope view = scope.withAttribute(USER, "ada");

    assertThat(view.attribute(AttributeKey.<String>of("user"))).isNull();
    assertThat(USER).hasToString("user");
  }

  @Test
  void views_share_one_cancellation() {
    ExecutionScope view = scope.withAttribute(USER, "ada");

    view.cancellation().cancel("enough");

    assertThat(scope.isCancelled()).isTrue();
    assertThat(view.cancellation()).isSameAs(scope.cancellation());
    assertThat(view.name()).isEqualTo(scope.name());
  }

  @Test
  void null_is_no_value_and_the_message_names_the_key() {
    assertThatThrownBy(() -> scope.withAttribute(USER, null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("user");
  }
}
