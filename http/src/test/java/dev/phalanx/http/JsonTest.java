package dev.phalanx.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
        throw new IllegalArgumentException("a name has at most 3 characters");
      }
    }
  }

  record Names(List<Narrow> names) {}

  @SuppressWarnings("rawtypes")
  static final class Nameless extends JsonType {}

  enum Kind {
    CAR,
    TRAM
  }

  record Ticket(
      Kind kind, LocalDate day, UUID id, double price, boolean sold, Map<String, Integer> byStop) {}

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

  @Test
  void a_type_with_parameters_is_read_as_such() throws Exception {
    byte[] json = "[{\"name\":\"Ann\",\"seats\":1}]".getBytes(UTF_8);

    List<Guest> guests = Json.read(json, new JsonType<List<Guest>>() {});

    assertThat(guests).first().extracting(Guest::name).isEqualTo("Ann");
    assertThatThrownBy(() -> Json.read(json, new JsonType<Map<String, Guest>>() {}))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("JSON: an object is expected, not a list");
    assertThatThrownBy(() -> Json.read(json, new JsonType<List<Shape>>() {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(Shape.class.getName());
  }

  // ---- the sender's mistakes ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{              | malformed JSON at line 1",
        "{\"name\": x}  | malformed JSON at line 1, column",
        "[]             | JSON: an object is expected, not a list at line 1, column",
        "\"Alice\"      | JSON: an object is expected, not text",
        "{\"seats\":\"many\"} | JSON field \"seats\": a whole number is expected, not text at line 1",
        "{\"seats\":{}} | JSON field \"seats\": a whole number is expected, not an object",
        "{\"name\":3}   | JSON field \"name\": text is expected, not this number",
        "{\"name\":true} | JSON field \"name\": text is expected, not true",
        "{\"friends\":7} | JSON field \"friends\": a list is expected, not this number",
        "{\"seats\":99999999999} | JSON field \"seats\": a whole number is expected, and this one is too large",
        "{\"friends\":[{},{\"seats\":{}}]} | JSON field \"friends[1].seats\": a whole number is expected",
        "{\"seats\":null} | JSON field \"seats\": a whole number is expected, not null",
        "{} {}          | malformed JSON: more than one value",
        "{} x           | malformed JSON at line 1",
        "null           | JSON expected that is not null",
      })
  void json_that_does_not_fit_is_told_to_its_sender(String json, String why) {
    assertThatThrownBy(() -> read(json, Guest.class))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(why)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("Guest", "jackson", "phalanx"));
  }

  /** RFC 8259, section 8.1: JSON between systems is UTF-8, whatever its first bytes look like. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "00007b00",
        "007b0000",
        "0000007b",
        "7b000000",
        "fffe7b00",
        "007b007d",
        "7b007d00"
      })
  void another_encoding_is_malformed(String bytes) {
    assertThatThrownBy(() -> Json.read(HexFormat.of().parseHex(bytes), Guest.class))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("malformed JSON");
  }

  @Test
  void json_that_is_nested_too_deeply_is_told_to_its_sender() {
    assertThatThrownBy(() -> read("{\"friends\":" + "[".repeat(2_000), Guest.class))
        .isInstanceOf(JsonException.class);
    assertThatThrownBy(() -> read("[".repeat(2_000), Object.class))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("nested too deeply");
  }

  @Test
  void a_type_that_names_nothing_is_refused() {
    assertThatThrownBy(Nameless::new)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("new JsonType<List<String>>() {}");
  }

  @Test
  void nothing_at_all_is_no_json() {
    assertThatThrownBy(() -> read("", Guest.class)).isInstanceOf(JsonException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"kind\":\"boat\"} | JSON field \"kind\": one of \"CAR\", \"TRAM\" is expected, not this text",
        "{\"day\":\"soon\"}  | JSON field \"day\": text for a LocalDate is expected, not this text",
        "{\"id\":\"7\"}      | JSON field \"id\": text for a UUID is expected, not this text",
        "{\"id\":[]}         | JSON field \"id\": text for a UUID is expected, not a list",
        "{\"price\":\"free\"} | JSON field \"price\": a number is expected, not text",
        "{\"sold\":1}        | JSON field \"sold\": true or false is expected, not this number",
        "{\"sold\":\"yes\"}   | JSON field \"sold\": true or false is expected, not text",
        "{\"byStop\":{\"a\u0007\":\"x\"}} | JSON field \"byStop.a?\": a whole number is expected, not text",
      })
  void what_a_field_should_be_is_said_in_the_words_of_json(String json, String why) {
    assertThatThrownBy(() -> read(json.replace("\u0007", "\\u0007"), Ticket.class))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining(why);
  }

  @Test
  void what_a_record_says_of_its_own_fields_is_told_to_the_sender() {
    assertThatThrownBy(() -> read("{\"name\":\"long\"}", Narrow.class))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("JSON: a name has at most 3 characters");
    assertThatThrownBy(
            () -> read("{\"names\":[{\"name\":\"a\"},{\"name\":\"long\"}]}", Names.class))
        .hasMessageContaining("JSON field \"names[1]\": a name has at most 3 characters");
  }

  @Test
  void any_other_failure_of_a_constructor_tells_nothing_of_the_inside() {
    assertThatThrownBy(() -> read("{}", Narrow.class))
        .isInstanceOf(JsonException.class)
        .satisfies(e ->
            assertThat(e.getMessage())
                .contains("JSON: ")
                .doesNotContain("Narrow", "length()", "null"));
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
