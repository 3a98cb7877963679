package dev.phalanx.stoa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.Response;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code "GET /api/rooms"}: a method, a space, a path. */
class RouteKeyTest {
  private static final HttpHandler PAGE = scope -> Response.status(204);

  @ParameterizedTest
  @CsvSource({
    "GET /, GET, /",
    "PROPFIND /a/{b}, PROPFIND, /a/{b}",
    "'GET   /a ', GET, /a",
    "'GET /{x:a b}', GET, '/{x:a b}'",
  })
  void method_and_path_are_told_apart(String key, String method, String path) {
    Route route = RouteKey.parse(key, null, PAGE, RouteConfig.defaults());

    assertThat(route.method()).isEqualTo(method);
    assertThat(route.pattern()).hasToString(path);
    assertThat(route.key()).isEqualTo(method + " " + path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/a", "GET/a", "get /a", " /a", "GET, /a", "GET1 /a"})
  void without_a_method_it_says_how_it_should_be(String key) {
    assertThatThrownBy(() -> RouteKey.parse(key, null, PAGE, RouteConfig.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Route \"" + key + "\"")
        .hasMessageContaining("\"GET /path\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET a", "GET ", "GET /{a"})
  void with_a_malformed_path_the_route_is_named(String key) {
    assertThatThrownBy(() -> RouteKey.parse(key, null, PAGE, RouteConfig.defaults()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Route \"" + key + "\": malformed path pattern");
  }
}
