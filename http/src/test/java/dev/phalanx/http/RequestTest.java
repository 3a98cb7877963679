package dev.phalanx.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be read off a request. */
class RequestTest {
  record Room(String name) {}

  private static Request get(String target, String... headers) {
    return request(target, "", headers);
  }

  private static Request request(String target, String body, String... headers) {
    InetSocketAddress peer = InetSocketAddress.createUnresolved("peer", 1);
    return new Request("GET", target, Headers.of(headers), body.getBytes(UTF_8), peer, false);
  }

  @Test
  void path_and_query_are_as_they_were_sent() {
    Request request = get("/a%20b?x=%20?y");

    assertThat(request.path()).isEqualTo("/a%20b");
    assertThat(request.query()).isEqualTo("x=%20?y");
    assertThat(get("/").query()).isNull();
    assertThat(get("/?").query()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/?a=1, 1",
    "/?b=2&a=1, 1",
    "/?a=1&a=2, 1",
    "/?a, ''",
    "/?a=, ''",
    "/?a=b=c, b=c",
    "/?a=x+y, x y",
    "/?a=x%2By, x+y",
    "/?%61=1, 1",
    "/?a=%E2%98%95, ☕",
  })
  void a_query_parameter_is_decoded(String target, String value) {
    assertThat(get(target).queryParameter("a")).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({"/", "/?", "/?b=1", "/?A=1", "/?ab=1"})
  void a_query_parameter_that_is_not_there_is_null(String target) {
    assertThat(get(target).queryParameter("a")).isNull();
  }

  @Test
  void a_malformed_query_is_a_400() {
    assertThatThrownBy(() -> get("/?a=%4").queryParameter("a"))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(400));
  }

  @Test
  void a_request_to_upgrade_is_seen_in_whatever_case_and_among_others() {
    assertThat(get("/", "upgrade", "h2c, WebSocket").asksToUpgradeTo("websocket")).isTrue();
    assertThat(get("/", "Upgrade", "h2c", "Upgrade", "websocket").asksToUpgradeTo("websocket"))
        .isTrue();
    assertThat(get("/", "Upgrade", "websockets").asksToUpgradeTo("websocket")).isFalse();
    assertThat(get("/").asksToUpgradeTo("websocket")).isFalse();
  }

  @Test
  void a_body_is_read_as_text_or_json() {
    assertThat(request("/", "☕").text()).isEqualTo("☕");
    assertThat(request("/", "{\"name\":\"tea\"}").json(Room.class)).isEqualTo(new Room("tea"));
    assertThat(get("/", "Host", "here").header("host")).isEqualTo("here");
  }

  @Test
  void json_that_does_not_fit_is_a_400_that_says_why() {
    assertThatThrownBy(() -> request("/", "{\"name\":").json(Room.class))
        .isInstanceOfSatisfying(HttpException.class, e -> assertThat(e.status()).isEqualTo(400))
        .hasMessageContaining("malformed JSON");
  }

  @Test
  void a_class_that_no_json_fits_is_no_400() {
    assertThatThrownBy(() -> request("/", "{}").json(Runnable.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Runnable can't be read from JSON");
  }

  @Test
  void what_is_logged_has_no_query() {
    assertThat(get("/login?token=secret")).hasToString("GET /login");
  }
}
