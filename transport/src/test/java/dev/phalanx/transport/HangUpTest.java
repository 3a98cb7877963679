package dev.phalanx.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.phalanx.http.Headers;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every phase of a dial, ended by the far end with a FIN or a RST: an error at once, no time-out.
 */
class HangUpTest {
  private static final HttpDialer DIALER = HttpDialer.start(1);

  /** So long that a dial which waits for it fails the test. */
  private static final DialConfig PATIENT =
      DialConfig.defaults()
          .withConnectTimeout(Duration.ofMinutes(5))
          .withHandshakeTimeout(Duration.ofMinutes(5));

  private static final String TUNNEL = "HTTP/1.1 200 OK\r\n\r\n";

  @AfterAll
  static void hang_up() {
    DIALER.close();
  }

  /** How the far end ends a connection. */
  enum End {
    /** Closes at once, before it has read a byte. */
    FIN_AT_ONCE("closed"),
    /** Ends its side after a read, and keeps the socket. */
    HALF("closed"),
    /** Closes after a read. */
    FIN("closed"),
    RST("reset");

    private final String word;

    End(String word) {
      this.word = word;
    }
  }

  /** How much of an answer comes before the end. */
  private static void end(Socket socket, End how, String before) throws IOException {
    if (how != End.FIN_AT_ONCE) {
      socket.getInputStream().read(new byte[4_000]);
    }
    socket.getOutputStream().write(before.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
    switch (how) {
      case HALF -> {
        socket.shutdownOutput();
        socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
      }
      case RST -> socket.setSoLinger(true, 0);
      case FIN, FIN_AT_ONCE -> {}
    }
    socket.close();
  }

  private static Throwable dial(int port, boolean secure, DialConfig config) {
    UpgradeRequest request =
        new UpgradeRequest("localhost", port, secure, "/", Headers.of("Upgrade", "tape"));
    return catchThrowable(() -> DIALER.dial(request, config));
  }

  static Stream<Arguments> ends_in_parts_of_an_answer() {
    return Stream.of(End.values())
        .flatMap(end ->
            Stream.of("", "HTTP/1.1 101 Swi", "HTTP/1.1 101 X\r\nUpgrade: tape\r\n")
                .map(part -> Arguments.of(end, part)));
  }

  @ParameterizedTest
  @MethodSource("ends_in_parts_of_an_answer")
  void a_host_that_hangs_up_before_it_answers(End end, String part) throws Exception {
    try (RawHost host = RawHost.withoutReading(socket -> end(socket, end, part))) {
      assertThat(dial(host.port(), false, PATIENT))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("localhost:" + host.port())
          .hasMessageContaining("before it answered")
          .hasMessageContaining("use wss://");
    }
  }

  static Stream<Arguments> ends_in_parts_of_a_handshake() {
    return Stream.of(End.values())
        .flatMap(end ->
            Stream.of("", "\u0016\u0003\u0003\u0000\u007a\u0002\u0000\u0000")
                .map(part -> Arguments.of(end, part)));
  }

  @ParameterizedTest
  @MethodSource("ends_in_parts_of_a_handshake")
  void a_host_that_hangs_up_during_the_TLS_handshake(End end, String part) throws Exception {
    try (RawHost host = RawHost.withoutReading(socket -> end(socket, end, part))) {
      assertThat(dial(host.port(), true, PATIENT))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("TLS with localhost:" + host.port() + " failed")
          .hasMessageContaining("during the TLS handshake");
    }
  }

  @ParameterizedTest
  @MethodSource("ends_in_parts_of_an_answer")
  void a_proxy_that_hangs_up_before_it_answers(End end, String part) throws Exception {
    try (RawHost proxy =
        RawHost.withoutReading(socket -> end(socket, end, part.replace("101", "200")))) {
      for (boolean secure : new boolean[] {false, true}) {
        assertThat(dial(80, secure, by(proxy)))
            .isInstanceOf(IOException.class)
            .isNotInstanceOf(SocketTimeoutException.class)
            .hasMessageContaining("cannot connect to localhost:80 by the proxy 127.0.0.1:")
            .hasMessageContaining("before it answered CONNECT");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ends_in_parts_of_a_handshake")
  void a_host_behind_a_proxy_that_hangs_up_during_the_TLS_handshake(End end, String part)
      throws Exception {
    try (RawHost proxy =
        RawHost.withoutReading(socket -> {
          RawHost.readHead(socket.getInputStream());
          socket.getOutputStream().write(TUNNEL.getBytes(ISO_8859_1));
          end(socket, end, part);
        })) {
      assertThat(dial(443, true, by(proxy)))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("during the TLS handshake");
    }
  }

  @ParameterizedTest
  @MethodSource("ends_in_parts_of_an_answer")
  void a_host_behind_a_proxy_that_hangs_up_before_it_answers(End end, String part)
      throws Exception {
    try (RawHost proxy =
        RawHost.withoutReading(socket -> {
          RawHost.readHead(socket.getInputStream());
          socket.getOutputStream().write(TUNNEL.getBytes(ISO_8859_1));
          end(socket, end, part);
        })) {
      assertThat(dial(80, false, by(proxy)))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("localhost:80: the host")
          .hasMessageContaining("before it answered");
    }
  }

  @Test
  void a_reset_is_told_from_a_close() throws Exception {
    for (End end : new End[] {End.FIN, End.RST}) {
      try (RawHost host = RawHost.withoutReading(socket -> end(socket, end, "HTTP/1.1 101 Swi"))) {
        assertThat(dial(host.port(), false, PATIENT))
            .hasMessageContaining("the host " + end.word + " the connection");
      }
    }
  }

  private static DialConfig by(RawHost proxy) {
    return PATIENT.withProxy(ProxyConfig.of("127.0.0.1", proxy.port()));
  }
}
