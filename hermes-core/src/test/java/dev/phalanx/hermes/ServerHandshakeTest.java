package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server answers to an opening handshake; all of it, on real sockets, is in {@code it}. */
class ServerHandshakeTest {
  private static final WsConfig PLAIN = WsConfig.defaults();
  private static final WsConfig COMPRESSING = PLAIN.withCompression(Compression.defaults());

  private static ServerHandshake offering(String extensions, WsConfig config) {
    return ServerHandshake.of(
        Conversation.upgrade("/ws", "Sec-WebSocket-Extensions", extensions), config);
  }

  /** RFC 6455, section 9.1: a header that isn't of the grammar fails the connection. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate; =",
        "permessage-deflate; client_max_window_bits=",
        "@@@",
        "foo; a=\"open",
        "permessage-deflate, @@@"
      })
  void extensionsThatAreMalformedAreRefused(String extensions) {
    for (WsConfig config : new WsConfig[] {PLAIN, COMPRESSING}) {
      ServerHandshake answer = offering(extensions, config);
      assertThat(answer.response().status()).isEqualTo(400);
      assertThat(new String(answer.response().body()))
          .contains("Sec-WebSocket-Extensions is malformed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "foo; a=\"quoted\"", "foo, bar;x", "permessage-deflate; unknown=1"})
  void extensionsThatNobodyKnowsAreDeclined(String extensions) {
    for (WsConfig config : new WsConfig[] {PLAIN, COMPRESSING}) {
      ServerHandshake answer = offering(extensions, config);
      assertThat(answer.isAccepted()).isTrue();
      assertThat(answer.deflate()).isNull();
    }
  }
}
