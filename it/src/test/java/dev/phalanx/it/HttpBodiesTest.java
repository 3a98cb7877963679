package dev.phalanx.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.RouteGroup;
import dev.phalanx.transport.HttpServerConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What requests bring along: bodies whole and in chunks, within bounds, and JSON. */
class HttpBodiesTest {
  private static Serving serving;
  private static HttpClient client;

  private record Greeting(String text, int times) {}

  @BeforeAll
  static void serve() throws IOException {
    serving =
        Serving.http(http ->
            http.get("/", scope -> Response.text("root"))
                .post("/body", scope -> Response.text("" + scope.request().body().length))
                .post("/json", HttpBodiesTest::louder));
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void close() {
    client.close();
    serving.close();
  }

  private static Response louder(RequestScope scope) {
    Greeting greeting = scope.request().json(Greeting.class);
    String loud = greeting.text().toUpperCase(Locale.ROOT);
    return Response.json(new Greeting(loud, 2 * greeting.times()));
  }

  private static Reply answerTo(String request) throws IOException {
    try (Peer peer = serving.peer()) {
      return peer.says(request).hearsReply();
    }
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8_192, 64 << 10})
  void a_body_may_be_of_a_length_or_in_chunks(int size) throws Exception {
    byte[] body = new byte[size];

    assertThat(
            send(
                HttpRequest.newBuilder(serving.http("/body"))
                    .POST(BodyPublishers.ofByteArray(body))))
        .satisfies(whole -> assertThat(whole.statusCode()).isEqualTo(200))
        .satisfies(whole -> assertThat(whole.body()).isEqualTo("" + size));
    assertThat(
            send(
                HttpRequest.newBuilder(serving.http("/body"))
                    .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))))
        .satisfies(chunked -> assertThat(chunked.statusCode()).isEqualTo(200))
        .satisfies(chunked -> assertThat(chunked.body()).isEqualTo("" + size));
  }

  @Test
  void chunks_may_have_extensions_and_trailers() throws Exception {
    Reply reply =
        answerTo(
            "POST /body HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n"
                + "3;a=b\nabc\n0A\n0123456789\n0\nX-Trailer: 1\n\n");

    assertThat(reply.text()).isEqualTo("13");
  }

  @Test
  void a_body_that_is_announced_too_large_is_a_413_before_it_comes() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says("POST /body HTTP/1.1\nHost: h\nContent-Length: 65537\n\n");

      Reply reply = peer.hearsReply();
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.text()).contains("maxBodyBytes (65536 bytes)");
      assertThat(reply.isLast()).isTrue();
      peer.hearsEnd();
    }
  }

  @Test
  void a_body_that_grows_too_large_in_chunks_is_a_413_at_once() throws Exception {
    HttpServerConfig small = HttpServerConfig.defaults().withMaxBodyBytes(10);
    RouteGroup routes = RouteGroup.builder().post("/", scope -> Response.status(204)).build();
    try (Serving own = Serving.of(runner -> runner.withConfig(small).withRoutes(routes));
        Peer peer = own.peer()) {
      peer.says("POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n");
      peer.says("8\n01234567\n8\n01234567\n");

      assertThat(peer.hearsReply().status()).isEqualTo(413);
      peer.hearsEnd();
    }
  }

  @Test
  void who_sends_on_after_a_413_still_hears_it() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says("POST /body HTTP/1.1\nHost: h\nContent-Length: 3000000\n\n");
      peer.says(new byte[3_000_000]);

      assertThat(peer.hearsReply().status()).isEqualTo(413);
      peer.hearsEnd();
    }
  }

  @Test
  void who_expects_100_continue_is_told_to_go_on() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says("POST /body HTTP/1.1\nHost: h\nContent-Length: 3\nExpect: 100-continue\n\n");
      assertThat(peer.hearsReply().status()).isEqualTo(100);

      assertThat(peer.says("abc").hearsReply().text()).isEqualTo("3");
      assertThat(peer.gets("/").hearsReply().text()).isEqualTo("root");
    }
  }

  @Test
  void who_expects_100_continue_for_too_much_is_told_so_at_once() throws Exception {
    try (Peer peer = serving.peer()) {
      peer.says("POST /body HTTP/1.1\nHost: h\nContent-Length: 9999999\nExpect: 100-continue\n\n");

      assertThat(peer.hearsReply().status()).isEqualTo(413);
      peer.hearsEnd();
    }
  }

  @Test
  void the_jdk_client_can_expect_100_continue_too() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(serving.http("/body"))
            .expectContinue(true)
            .POST(BodyPublishers.ofString("abc"));

    assertThat(send(request).body()).isEqualTo("3");
  }

  // ---- JSON ----

  @Test
  void records_come_and_go_as_json() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(serving.http("/json"))
            .POST(BodyPublishers.ofString("{\"text\": \"grüße\", \"times\": 21}"));

    HttpResponse<String> response = send(request);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(response.body()).isEqualTo("{\"text\":\"GRÜSSE\",\"times\":42}");
  }

  @Test
  void json_may_have_more_fields_than_are_asked_for() throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(serving.http("/json"))
            .POST(BodyPublishers.ofString("{\"more\": [{}], \"text\": \"a\", \"times\": 1}"));

    assertThat(send(request).body()).isEqualTo("{\"text\":\"A\",\"times\":2}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\": \"hi\" \"times\": 1} | malformed JSON at line 1, column",
        "'' | JSON",
        "null | JSON",
        "[1, 2] | JSON: an object is expected, not a list",
        "{\"text\": \"hi\", \"times\": \"many\"} | \"times\"",
        "{\"text\": 3, \"times\": 1} | \"text\"",
        "{\"text\": {\"a\": 1}, \"times\": 1} | \"text\"",
      })
  void bad_json_is_a_400_that_says_what_is_wrong_and_nothing_of_our_classes(
      String body, String reason) throws Exception {
    HttpResponse<String> response =
        send(HttpRequest.newBuilder(serving.http("/json")).POST(BodyPublishers.ofString(body)));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains(reason.replace("\"", "\\\""))
        .doesNotContain("Greeting", "dev.phalanx", "jackson", "Exception");
  }
}
