package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.phalanx.hermes.Compression;
import dev.phalanx.hermes.WsCloseCode;
import dev.phalanx.hermes.WsClosed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that break the handshake or the protocol (RFC 6455, sections 4.1 and 7). */
class BadServersTest {
  private static final WsClientConfig CONFIG = WsClientConfig.defaults().withSubprotocols("chat");

  @ParameterizedTest
  @CsvSource({
    "Upgrade: h2c, Connection: Upgrade, Sec-WebSocket-Accept: ACCEPT, X: y, Upgrade: websocket",
    "X: y, Connection: Upgrade, Sec-WebSocket-Accept: ACCEPT, X: y, Upgrade: websocket",
    "Upgrade: websocket, X: y, Sec-WebSocket-Accept: ACCEPT, X: y, Connection: Upgrade",
    "Upgrade: websocket, Connection: Upgrade, X: y, X: y, Sec-WebSocket-Accept",
    "Upgrade: websocket, Connection: Upgrade, Sec-WebSocket-Accept: AAAA, X: y, our key",
    "Upgrade: websocket, Connection: Upgrade, Sec-WebSocket-Accept: ACCEPT, Sec-WebSocket-Protocol: loud, one of the subprotocols that were offered",
    "Upgrade: websocket, Connection: Upgrade, Sec-WebSocket-Accept: ACCEPT, Sec-WebSocket-Extensions: permessage-deflate, not offered",
    "Upgrade: websocket, Connection: Upgrade, Sec-WebSocket-Accept: ACCEPT, Sec-WebSocket-Extensions: foo, not offered",
  })
  void an_answer_that_does_not_fit_the_request_is_refused(
      String a, String b, String c, String d, String expected) throws Exception {
    try (BadServer server = BadServer.answering("HTTP/1.1 101 Ok", a, b, c, d)) {
      assertThatThrownBy(() -> WsClient.connect(server.ws("/path"), CONFIG))
          .isInstanceOfSatisfying(
              WsHandshakeException.class, e -> assertThat(e.status()).isEqualTo(101))
          .hasMessageContaining("ws://127.0.0.1:" + server.port() + "/path")
          .hasMessageContaining(expected);
      await().until(server::isDeserted);
    }
  }

  @Test
  void an_extension_with_parameters_that_were_not_offered_is_refused() throws Exception {
    try (BadServer server =
        BadServer.answering(
            "HTTP/1.1 101 Ok",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Accept: ACCEPT",
            "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99")) {
      assertThatThrownBy(() ->
              WsClient.connect(server.ws("/"), CONFIG.withCompression(Compression.defaults())))
          .isInstanceOf(WsHandshakeException.class)
          .hasMessageContaining("permessage-deflate");
    }
  }

  @Test
  void a_refusal_comes_with_status_headers_and_body() throws Exception {
    try (BadServer server =
        BadServer.doing((socket, head) ->
            BadServer.send(
                socket,
                ("HTTP/1.1 403 Forbidden\r\nX-Why: moon\r\nContent-Length: 11\r\n\r\n"
                        + "not tonight")
                    .getBytes(UTF_8)))) {
      assertThatThrownBy(() -> WsClient.connect(server.ws("/"), CONFIG))
          .isInstanceOfSatisfying(
              WsHandshakeException.class,
              e -> {
                assertThat(e.status()).isEqualTo(403);
                assertThat(e.headers().first("X-Why")).isEqualTo("moon");
                assertThat(e.body()).isEqualTo("not tonight");
              })
          .hasMessageContaining("status 101 was expected, not 403")
          .hasMessageContaining("not tonight");
    }
  }

  @Test
  void a_head_that_comes_too_slowly_runs_out_of_handshakeTimeout() throws Exception {
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          for (byte each : BadServer.open(head)) {
            BadServer.send(socket, new byte[] {each});
            java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
          }
        })) {
      assertThatThrownBy(() ->
              WsClient.connect(server.ws("/"), CONFIG.withHandshakeTimeout(Duration.ofMillis(100))))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("handshakeTimeout (100 ms)");
      await().until(server::isDeserted);
    }
  }

  @Test
  void a_head_that_never_ends_is_refused() throws Exception {
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          BadServer.send(socket, "HTTP/1.1 101 Ok\r\n".getBytes(UTF_8));
          while (true) {
            BadServer.send(socket, "A: b\r\n".repeat(1_000).getBytes(UTF_8));
          }
        })) {
      assertThatThrownBy(() -> WsClient.connect(server.ws("/"), CONFIG))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("maxHeadBytes");
    }
  }

  @Test
  void frames_in_one_packet_with_the_101_are_received() throws Exception {
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          ByteArrayOutputStream all = new ByteArrayOutputStream();
          all.writeBytes(BadServer.open(head));
          all.writeBytes(new byte[] {(byte) 0x81, 2, 'h', 'i'});
          all.writeBytes(new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
          BadServer.send(socket, all.toByteArray());
          socket.shutdownOutput(); // the server closes first: else its client waits for it
          BadServer.drain(socket);
        })) {
      WsClientConnection connection = WsClient.connect(server.ws("/"), CONFIG);
      List<String> heard = new ArrayList<>();
      connection.inbound().forEach(message -> heard.add(message.text()));

      assertThat(heard).containsExactly("hi");
      assertThat(server.heads()).hasSize(1);
      server.close();
      await().until(() -> connection.closed() != null);
      assertThat(connection.closed())
          .isEqualTo(new WsClosed(WsCloseCode.NORMAL, "", WsClosed.By.PEER));
    }
  }

  @Test
  void garbage_after_the_101_ends_it_with_1002() throws Exception {
    CompletableFuture<byte[]> heard = new CompletableFuture<>();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          BadServer.send(socket, BadServer.open(head));
          BadServer.send(socket, "HTTP/1.1 200 OK\r\n".getBytes(UTF_8));
          heard.complete(socket.getInputStream().readAllBytes());
        })) {
      WsClientConnection connection = WsClient.connect(server.ws("/"), CONFIG);
      assertThat(connection.inbound()).isEmpty();

      byte[] close = heard.get(20, TimeUnit.SECONDS);
      assertThat(close[0] & 0xff).isEqualTo(0x88);
      assertThat(close[1] & 0x80).as("a client masks its frames").isEqualTo(0x80);
      await().until(() -> connection.closed() != null);
      assertThat(connection.closed().code()).isEqualTo(WsCloseCode.PROTOCOL_ERROR);
    }
  }

  /** RFC 6455, section 5.1: a client must close when it gets a masked frame. */
  @Test
  void a_masked_frame_from_a_server_ends_it_with_1002() throws Exception {
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          BadServer.send(socket, BadServer.open(head));
          BadServer.send(socket, new byte[] {(byte) 0x81, (byte) 0x82, 1, 2, 3, 4, 'h', 'i'});
          BadServer.drain(socket);
        })) {
      WsClientConnection connection = WsClient.connect(server.ws("/"), CONFIG);
      assertThat(connection.inbound()).isEmpty();
      await().until(() -> connection.closed() != null);
      assertThat(connection.closed().code()).isEqualTo(WsCloseCode.PROTOCOL_ERROR);
    }
  }

  @Test
  void a_server_that_vanishes_is_1006_and_what_was_not_sent_is_told() throws Exception {
    CompletableFuture<Void> go = new CompletableFuture<>();
    try (BadServer server =
        BadServer.doing((socket, head) -> {
          BadServer.send(socket, BadServer.open(head));
          go.join(); // without reading a byte
          socket.setSoLinger(true, 0);
        })) {
      WsClientConnection connection =
          WsClient.connect(
              server.ws("/"),
              CONFIG.withWs(ws -> ws.withOutboundBytes(64 << 20).withSendHighWater(64 << 20)));
      int sent = 0;
      while (sent < 400) { // 40 MB: more than the system's buffers take
        assertThat(connection.sendBinary(new byte[100_000])).isTrue();
        sent++;
      }
      go.complete(null);
      await().until(() -> connection.closed() != null);

      assertThat(connection.closed().code()).isEqualTo(WsCloseCode.ABNORMAL_CLOSURE);
      assertThat(connection.unsent().waiting()).isNotEmpty().hasSizeLessThan(400);
      assertThat(connection.unsent().inDoubt()).isNotEmpty();
    }
  }
}
