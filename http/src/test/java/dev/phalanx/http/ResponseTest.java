package dev.phalanx.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses, and what they say of their bodies. */
class ResponseTest {
  private static String body(Response response) {
    return new String(response.body(), UTF_8);
  }

  @Test
  void each_kind_of_body_has_its_content_type() {
    assertThat(Response.text("☕"))
        .satisfies(r -> assertThat(r.status()).isEqualTo(200))
        .satisfies(r -> assertThat(body(r)).isEqualTo("☕"))
        .satisfies(r ->
            assertThat(r.headers().all("Content-Type"))
                .containsExactly("text/plain; charset=utf-8"));
    assertThat(Response.html("<p>").headers().first("Content-Type"))
        .isEqualTo("text/html; charset=utf-8");
    assertThat(Response.json(List.of(1)))
        .satisfies(r -> assertThat(body(r)).isEqualTo("[1]"))
        .satisfies(
            r -> assertThat(r.headers().first("Content-Type")).isEqualTo("application/json"));
  }

  @Test
  void a_status_alone_has_no_body_and_no_type() {
    Response response = Response.status(204);

    assertThat(response.body()).isEmpty();
    assertThat(response.headers().contains("Content-Type")).isFalse();
  }

  @Test
  void another_body_replaces_the_type_and_keeps_what_else_was_said() {
    Response response =
        Response.status(201).withHeader("Location", "/a").withText("a").withJson("b");

    assertThat(response.status()).isEqualTo(201);
    assertThat(response.headers().first("Location")).isEqualTo("/a");
    assertThat(response.headers().all("Content-Type")).containsExactly("application/json");
    assertThat(body(response)).isEqualTo("\"b\"");
  }

  @Test
  void an_error_says_its_reason_as_json() {
    Response response = Response.error(409, "it says \"taken\"");

    assertThat(response.status()).isEqualTo(409);
    assertThat(body(response)).isEqualTo("{\"error\":\"it says \\\"taken\\\"\"}");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 99, 600, 1000})
  void a_status_that_is_none_is_refused(int status) {
    assertThatThrownBy(() -> Response.status(status))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("status must be from 100 to 599, not " + status);
  }

  @Test
  void what_is_logged_has_no_body() {
    assertThat(Response.text("secret")).hasToString("Response 200 (6 bytes)");
  }
}
