package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.http.Headers;
import dev.phalanx.rfc6455.Handshake;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's side of the opening handshake (RFC 6455, section 4.1). */
class ClientHandshakeTest {
  private static final WsConfig CONFIG = WsConfig.defaults().withSubprotocols("chat", "loud");

  private final ClientHandshake handshake = ClientHandshake.of(CONFIG);
  private final Headers request = handshake.request(Headers.of("X-A", "1"));

  private Headers answer() {
    return Headers.of(
        "Upgrade", "WebSocket",
        "Connection", "keep-alive, upgrade",
        "Sec-WebSocket-Accept", Handshake.accept(request.first("Sec-WebSocket-Key")));
  }

  private String faultIn(int status, Headers answer) {
    return handshake.judge(status, answer) instanceof ClientHandshake.Refused(String fault)
        ? fault
        : "none";
  }

  @Test
  void a_request_has_all_that_a_handshake_needs() {
    assertThat(request.first("X-A")).isEqualTo("1");
    assertThat(request.first("Upgrade")).isEqualTo("websocket");
    assertThat(request.first("Connection")).isEqualTo("Upgrade");
    assertThat(request.first("Sec-WebSocket-Version")).isEqualTo("13");
    assertThat(request.first("Sec-WebSocket-Protocol")).isEqualTo("chat, loud");
    assertThat(Handshake.isValidKey(request.first("Sec-WebSocket-Key"))).isTrue();
    assertThat(request.contains("Sec-WebSocket-Extensions")).isFalse();
  }

  @Test
  void every_handshake_has_a_key_of_its_own() {
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      keys.add(ClientHandshake.of(CONFIG).request(Headers.empty()).first("Sec-WebSocket-Key"));
    }
    assertThat(keys).hasSize(1_000);
  }

  @Test
  void an_answer_that_fits_opens_the_connection() {
    assertThat(handshake.judge(101, answer())).isInstanceOf(ClientHandshake.Agreed.class);
    assertThat(handshake.judge(101, answer().with("Sec-WebSocket-Protocol", "loud")))
        .isInstanceOf(ClientHandshake.Agreed.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 200, 204, 301, 400, 426, 500})
  void another_status_than_101_is_none(int status) {
    assertThat(faultIn(status, answer())).contains("101", String.valueOf(status));
  }

  @ParameterizedTest
  @CsvSource({
    "Upgrade, h2c",
    "Upgrade, 'websocket, h2c'",
    "Connection, close",
    "Sec-WebSocket-Accept, s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    "Sec-WebSocket-Protocol, CHAT",
    "Sec-WebSocket-Protocol, 'chat, loud'",
    "Sec-WebSocket-Protocol, ''",
  })
  void a_header_that_does_not_fit_is_refused(String name, String value) {
    assertThat(faultIn(101, answer().replacing(name, value))).contains("expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Upgrade", "Connection", "Sec-WebSocket-Accept"})
  void a_header_that_is_missing_is_refused(String name) {
    assertThat(faultIn(101, answer().without(name))).contains(name).contains("expected");
  }

  @Test
  void two_answers_in_one_are_refused() {
    Headers answer = answer();
    assertThat(faultIn(101, answer.with("Sec-WebSocket-Accept", "x"))).contains("expected");
    Headers chosen = answer.with("Sec-WebSocket-Protocol", "chat");
    assertThat(faultIn(101, chosen.with("Sec-WebSocket-Protocol", "chat"))).contains("expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"permessage-deflate", "x", "a;b=", ";;"})
  void an_extension_is_refused_where_none_was_offered(String extension) {
    assertThat(faultIn(101, answer().with("Sec-WebSocket-Extensions", extension)))
        .contains("extension that was not offered");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "a;b=",
        "permessage-deflate, permessage-deflate",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; nonsense",
      })
  void an_extension_that_is_no_answer_to_the_offer_is_refused(String extension) {
    ClientHandshake offering =
        ClientHandshake.of(WsConfig.defaults().withCompression(Compression.defaults()));
    Headers asked = offering.request(Headers.empty());
    assertThat(asked.first("Sec-WebSocket-Extensions")).startsWith("permessage-deflate");
    Headers answer =
        answer()
            .replacing("Sec-WebSocket-Accept", Handshake.accept(asked.first("Sec-WebSocket-Key")))
            .with("Sec-WebSocket-Extensions", extension);

    assertThat(offering.judge(101, answer)).isInstanceOf(ClientHandshake.Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"host", "UPGRADE", "sec-websocket-key", "Transfer-Encoding"})
  void headers_of_the_handshakes_own_are_reserved(String name) {
    assertThat(ClientHandshake.isReserved(name)).isTrue();
    assertThat(ClientHandshake.isReserved("X-" + name)).isFalse();
  }
}
