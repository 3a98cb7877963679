package dev.phalanx.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.phalanx.http.Headers;
import dev.phalanx.http.Wire;
import dev.phalanx.http.WireHandler;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDialerTest {
  private static final String UPGRADED =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: tape\r\nConnection: Upgrade\r\n\r\n";
  private static final DialConfig CONFIG = DialConfig.defaults();
  private static final DialConfig HASTY =
      CONFIG.withHandshakeTimeout(Duration.ofMillis(200)).withConnectTimeout(Duration.ofSeconds(5));

  private static final HttpDialer DIALER = HttpDialer.start(1);

  @AfterAll
  static void hang_up() {
    DIALER.close();
  }

  private static UpgradeRequest to(int port) {
    return new UpgradeRequest("127.0.0.1", port, false, "/x?y=1", Headers.of("Upgrade", "tape"));
  }

  private static DialledAnswer dial(RawHost host) throws Exception {
    return DIALER.dial(to(host.port()), CONFIG);
  }

  /** What a wire hears. */
  private static final class Tape implements WireHandler {
    private final Wire wire;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    Tape(Wire wire) {
      this.wire = wire;
    }

    @Override
    public void onRead(ByteBuffer bytes) {
      heard.add(UTF_8.decode(bytes).toString());
    }

    @Override
    public void onFlushed() {}

    @Override
    public void onClosed(@Nullable Throwable cause) {
      heard.add("closed");
    }

    String hears() throws InterruptedException {
      return String.valueOf(heard.poll(20, TimeUnit.SECONDS));
    }
  }

  private static Tape open(DialledAnswer answer) {
    CompletableFuture<Tape> tape = new CompletableFuture<>();
    answer.open(wire -> {
      Tape made = new Tape(wire);
      tape.complete(made);
      return made;
    });
    return tape.join();
  }

  @Test
  void a_request_goes_out_with_its_host_and_headers() throws Exception {
    try (RawHost host = RawHost.answering(UPGRADED);
        DialledAnswer answer = dial(host)) {
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.headers().first("upgrade")).isEqualTo("tape");
      assertThat(host.heads())
          .containsExactly(
              "GET /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: tape\r\n\r\n"
                  .formatted(host.port()));
    }
  }

  @Test
  void what_came_in_one_packet_with_the_101_is_the_wires() throws Exception {
    try (RawHost host = RawHost.answering(UPGRADED + "HTTP/1.1 200 is no answer")) {
      Tape tape = open(dial(host));

      assertThat(tape.hears()).isEqualTo("HTTP/1.1 200 is no answer");
      tape.wire.close();
      assertThat(tape.hears()).isEqualTo("closed");
    }
  }

  @Test
  void a_dialler_that_closes_closes_its_wires_whatever_its_loop_is_at() throws Exception {
    try (RawHost host = RawHost.answering(UPGRADED)) {
      for (int i = 0; i < 20; i++) {
        Tape tape;
        try (HttpDialer closing = HttpDialer.start(1)) {
          tape = open(closing.dial(to(host.port()), CONFIG));
          tape.wire.lane().execute(() -> {});
        }
        assertThat(tape.hears()).isEqualTo("closed");
      }
    }
  }

  @Test
  void bytes_go_both_ways_after_the_101() throws Exception {
    try (RawHost host =
        RawHost.doing(socket -> {
          socket.getOutputStream().write(UPGRADED.getBytes(UTF_8));
          socket.getInputStream().transferTo(socket.getOutputStream());
        })) {
      Tape tape = open(dial(host));
      tape.wire
          .lane()
          .execute(() -> {
            tape.wire.write("echo".getBytes(UTF_8), 0, 4);
            tape.wire.flush();
          });

      assertThat(tape.hears()).isEqualTo("echo");
      tape.wire.close();
    }
  }

  @Test
  void a_peer_that_ends_with_its_101_is_heard_of_on_the_wire() throws Exception {
    try (RawHost host =
        RawHost.doing(socket -> {
          socket.getOutputStream().write((UPGRADED + "bye").getBytes(UTF_8));
          socket.shutdownOutput();
          socket.getInputStream().read();
        })) {
      Tape tape = open(dial(host));

      assertThat(tape.hears()).isEqualTo("bye");
      assertThat(tape.hears()).isEqualTo("closed");
    }
  }

  @Test
  void answers_of_status_1xx_are_passed_over() throws Exception {
    try (RawHost host =
            RawHost.answering(
                "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
                    + UPGRADED);
        DialledAnswer answer = dial(host)) {
      assertThat(answer.status()).isEqualTo(101);
    }
  }

  @Test
  void another_answer_comes_with_its_body() throws Exception {
    try (RawHost host =
            RawHost.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno!\nmore");
        DialledAnswer answer = dial(host)) {
      assertThat(answer.status()).isEqualTo(403);
      assertThat(new String(answer.body(), UTF_8)).isEqualTo("no!\n");
    }
  }

  @Test
  void of_a_long_body_no_more_is_kept_than_maxBodyBytes() throws Exception {
    String body = "x".repeat(100_000);
    try (RawHost host =
            RawHost.answering("HTTP/1.1 500 Oops\r\nContent-Length: 100000\r\n\r\n" + body);
        DialledAnswer answer = DIALER.dial(to(host.port()), CONFIG.withMaxBodyBytes(10))) {
      assertThat(new String(answer.body(), UTF_8)).isEqualTo("xxxxxxxxxx");
    }
  }

  @Test
  void of_a_slow_body_what_is_here_when_time_is_over_is_kept() throws Exception {
    try (RawHost host =
            RawHost.answering("HTTP/1.1 500 Oops\r\nContent-Length: 100000\r\n\r\npart");
        DialledAnswer answer = DIALER.dial(to(host.port()), HASTY)) {
      assertThat(answer.status()).isEqualTo(500);
      assertThat(new String(answer.body(), UTF_8)).isEqualTo("part");
    }
  }

  @Test
  @DisplayName("CVE-2023-43669 (tungstenite): a handshake was collected for as long as it came")
  void a_head_longer_than_maxHeadBytes_is_refused() throws Exception {
    try (RawHost host =
        RawHost.answering("HTTP/1.1 101 X\r\nA: " + "x".repeat(40_000) + "\r\n\r\n")) {
      assertThatThrownBy(() -> dial(host))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1:" + host.port())
          .hasMessageContaining("maxHeadBytes (16384)");
      await().until(host::isDeserted);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0101", "+101", "-101", "1010", "10", "10A"})
  void a_status_that_is_not_three_digits_is_no_answer(String status) throws Exception {
    String answer = UPGRADED.replace(" 101 ", " " + status + " ");
    assertThat(answer).isNotEqualTo(UPGRADED);
    try (RawHost host = RawHost.answering(answer)) {
      assertThatThrownBy(() -> dial(host)).hasMessageContaining("not HTTP/1.1");
    }
  }

  @Test
  void an_answer_that_is_not_http_is_refused() throws Exception {
    try (RawHost host = RawHost.answering("SSH-2.0-OpenSSH_9.9\r\n\r\n\r\n")) {
      assertThatThrownBy(() -> dial(host)).hasMessageContaining("not HTTP/1.1");
      await().until(host::isDeserted);
    }
  }

  @Test
  void a_host_that_answers_in_TLS_is_recognised() throws Exception {
    try (RawHost host = RawHost.answering("\u0015\u0003\u0003\u0000\u0002\u0002\u0046")) {
      assertThatThrownBy(() -> dial(host))
          .hasMessageContaining("127.0.0.1:" + host.port())
          .hasMessageContaining("answered in TLS: use wss:// for this port");
    }
  }

  @Test
  void a_host_that_is_to_speak_TLS_and_answers_in_HTTP_is_recognised() throws Exception {
    try (RawHost host =
        RawHost.withoutReading(socket -> {
          socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
          socket.getInputStream().read();
        })) {
      UpgradeRequest secure =
          new UpgradeRequest("127.0.0.1", host.port(), true, "/", Headers.empty());
      assertThatThrownBy(() -> DIALER.dial(secure, CONFIG))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("TLS with 127.0.0.1:" + host.port() + " failed")
          .hasMessageContaining("not in TLS; if this port speaks plain HTTP, use ws://")
          .hasMessageNotContaining("485454502f");
    }
  }

  /** Java would parse each of them as a number. */
  @ParameterizedTest
  @ValueSource(strings = {"0101", "+101", "1\u0660\u0661", "99", "-101"})
  void a_status_that_is_not_three_digits_is_refused(String status) throws Exception {
    try (RawHost host = RawHost.answering("HTTP/1.1 " + status + " X\r\nUpgrade: tape\r\n\r\n")) {
      assertThatThrownBy(() -> dial(host)).hasMessageContaining("not HTTP/1.1");
    }
  }

  @Test
  void a_host_that_says_nothing_runs_out_of_handshakeTimeout() throws Exception {
    try (RawHost host = RawHost.answering("HTTP/1.1 101 Swi")) {
      assertThatThrownBy(() -> DIALER.dial(to(host.port()), HASTY))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("127.0.0.1:" + host.port())
          .hasMessageContaining("handshakeTimeout (200 ms)");
      await().until(host::isDeserted);
    }
  }

  @Test
  void a_host_that_closes_at_once_is_named() throws Exception {
    try (RawHost host = RawHost.doing(socket -> {})) {
      assertThatThrownBy(() -> dial(host))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("127.0.0.1:" + host.port())
          .hasMessageContaining("closed");
    }
  }

  @Test
  void a_port_where_nobody_listens_is_named() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    assertThatThrownBy(() -> DIALER.dial(to(port), CONFIG))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot connect to 127.0.0.1:" + port)
        .hasMessageContaining("refused");
  }

  @Test
  void a_host_that_does_not_exist_is_named() {
    UpgradeRequest nowhere =
        new UpgradeRequest("no-such-host.invalid", 80, false, "/", Headers.empty());
    assertThatThrownBy(() -> DIALER.dial(nowhere, CONFIG))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("no-such-host.invalid");
  }

  @Test
  void interrupting_the_dialling_thread_closes_the_connection() throws Exception {
    try (RawHost host = RawHost.answering("")) {
      CompletableFuture<Throwable> end = new CompletableFuture<>();
      Thread dialling =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  dial(host);
                } catch (Exception e) {
                  end.complete(e);
                }
              });
      await().until(() -> host.heads().size() == 1);
      dialling.interrupt();

      assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
      await().until(host::isDeserted);
    }
  }

  @Test
  void an_answer_that_nobody_opens_is_closed() throws Exception {
    try (RawHost host = RawHost.answering(UPGRADED + "frames")) {
      dial(host).close();

      await().until(host::isDeserted);
    }
  }

  @Test
  void a_request_that_would_break_its_own_line_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UpgradeRequest("a b", 80, false, "/", Headers.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UpgradeRequest("a", 80, false, "/ HTTP/1.1\r\nX: ", Headers.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UpgradeRequest("a", 80, false, "/", Headers.of("host", "b")));
  }

  @Test
  void the_host_header_has_the_port_where_it_is_not_the_usual_one() {
    assertThat(new UpgradeRequest("::1", 80, false, "/", Headers.empty()).head())
        .contains("Host: [::1]\r\n");
    assertThat(new UpgradeRequest("bücher.example", 443, true, "/", Headers.empty()).head())
        .contains("Host: xn--bcher-kva.example\r\n");
    assertThat(new UpgradeRequest("a.example", 443, false, "/", Headers.empty()).head())
        .contains("Host: a.example:443\r\n");
  }
}
