package dev.phalanx.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Header fields: their order, their case, and what may not get in. */
class HeadersTest {
  private static List<String> lines(Headers headers) {
    List<String> lines = new ArrayList<>();
    headers.forEach((name, value) -> lines.add(name + ": " + value));
    return lines;
  }

  @Test
  void a_name_is_found_in_whatever_case() {
    Headers headers = Headers.of("Content-Type", "text/plain");

    assertThat(headers.first("content-TYPE")).isEqualTo("text/plain");
    assertThat(headers.contains("CONTENT-TYPE")).isTrue();
    assertThat(headers.contains("Content")).isFalse();
    assertThat(headers.first("Content")).isNull();
  }

  @Test
  void one_name_may_come_several_times_and_keeps_its_order() {
    Headers headers = Headers.of("Via", "one", "Host", "here", "via", "two");

    assertThat(headers.first("Via")).isEqualTo("one");
    assertThat(headers.all("VIA")).containsExactly("one", "two");
    assertThat(headers.all("Nothing")).isEmpty();
    assertThat(lines(headers)).containsExactly("Via: one", "Host: here", "via: two");
  }

  @Test
  void replacing_leaves_one_value_and_the_others_alone() {
    Headers headers = Headers.of("Via", "one", "Host", "here", "via", "two");

    assertThat(lines(headers.replacing("VIA", "three")))
        .containsExactly("Host: here", "VIA: three");
    assertThat(lines(headers.without("via"))).containsExactly("Host: here");
    assertThat(headers.without("Nothing")).isSameAs(headers);
  }

  @Test
  void headers_do_not_change_when_others_are_made_of_them() {
    Headers headers = Headers.of("Host", "here");

    headers.with("Via", "one").replacing("Host", "there");

    assertThat(lines(headers)).containsExactly("Host: here");
    assertThat(lines(Headers.empty())).isEmpty();
  }

  @Test
  void names_and_values_come_in_pairs() {
    assertThatThrownBy(() -> Headers.of("Host"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("pairs");
  }

  @Test
  void nobody_can_put_a_line_of_their_own_into_a_response() {
    assertThatThrownBy(() -> Headers.empty().with("Location", "/\r\nSet-Cookie: a=b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Location")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("Cookie"));
    assertThatThrownBy(() -> Headers.empty().replacing("Set-Cookie: a=b\r\nX", "1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void what_is_logged_has_no_values() {
    assertThat(Headers.of("Authorization", "Bearer tea")).hasToString("[Authorization]");
  }

  @Test
  void what_a_parser_has_checked_is_collected_as_it_is() {
    Headers headers = new Headers.Builder().add("Host", "here").add("host", "there").build();

    assertThat(headers.all("Host")).containsExactly("here", "there");
    assertThat(new Headers.Builder().build()).isSameAs(Headers.empty());
  }
}
