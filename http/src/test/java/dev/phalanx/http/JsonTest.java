package dev.phalanx.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON in and out, and whose mistake it is when that fails. */
class JsonTest {
  record Guest(String name, int seats, List<Guest> friends) {}

  record Narrow(String name) {
    Narrow {
      if (name.length() > 3) {
        throw new IllegalArgumentException("a secret of the inside");
      }
    }
  }

  interface Shape {}

  record Drawing(Shape shape) {}

  static final class Opaque {
    private final int sum;

    Opaque(int one, int other) {
      sum = one + other;
    }

    @Override
    public String toString() {
      return "Opaque " + sum;
    }
  }

  public static final class Loop {
    public Loop getSelf() {
      return this;
    }
  }

  private static <T> T read(String json, Class<T> type) throws JsonException {
    return Json.read(json.getBytes(UTF_8), type);
  }

  // ---- in and out ----

  @Test
  void a_record_comes_back_as_it_was() throws Exception {
    Guest alice = new Guest("Ali ☕", 2, List.of(new Guest("Bob", 1, List.of())));

    assertThat(Json.read(Json.write(alice), Guest.class)).isEqualTo(alice);
  }

  @Test
  void what_is_written_is_json_in_utf_8() {
    assertThat(new String(Json.write(Map.of("tea", "☕")), UTF_8)).isEqualTo("{\"tea\":\"☕\"}");
  }

  // ---- the sender's mistakes ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{              | malformed JSON at line 1",
        "{\"name\": x}  | malformed JSON at line 1, column",
        "[]             | JSON of another shape than expected",
        "\"Alice\"      | JSON of another shape than expected",
        "{\"seats\":\"many\"} | JSON field \"seats\" is missing, unknown or of another type",
        "{\"name\":3}   | JSON field \"name\" is missing, unknown or of another type",
        "{\"name\":true} | JSON field \"name\" is missing, unknown or of another type",
        "{\"seats\":99999999999} | at line 1",
        "{\"friends\":[{},{\"seats\":{}}]} | JSON field \"friends.[1].seats\" is missing",
        "null           | JSON expected that is not null",
      })
  void json_that_does_not_fit_is_told_to_its_sender(String json, String why) {
    assertThatThrownBy(() -> read(json, Guest.class))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(why)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("Guest", "jackson", "phalanx"));
  }

  @Test
  void nothing_at_all_is_no_json() {
    assertThatThrownBy(() -> read("", Guest.class)).isInstanceOf(JsonException.class);
  }

  @Test
  void what_a_constructor_refuses_is_the_senders_mistake_too_and_tells_nothing_of_the_inside() {
    assertThatThrownBy(() -> read("{\"name\":\"long\"}", Narrow.class))
        .isInstanceOf(JsonException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret", "Narrow"));
  }

  // ---- ours ----

  @ParameterizedTest
  @ValueSource(classes = {Shape.class, Opaque.class})
  void a_class_that_no_json_can_be_read_as_is_not_the_senders_mistake(Class<?> type) {
    assertThatThrownBy(() -> read("{}", type))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a " + type.getName() + " can't be read from JSON");
  }

  @Test
  void such_a_class_inside_of_another_is_named() {
    assertThatThrownBy(() -> read("{\"shape\":{}}", Drawing.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Drawing.class.getName())
        .hasMessageContaining(Shape.class.getName());
  }

  @Test
  void a_value_without_a_form_in_json_is_named() {
    assertThatThrownBy(() -> Json.write(new Loop()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a " + Loop.class.getName() + " can't be written as JSON");
  }
}
