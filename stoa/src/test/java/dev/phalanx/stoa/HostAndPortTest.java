package dev.phalanx.stoa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses as they are given to {@code run}. */
class HostAndPortTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0:8080, 0.0.0.0, 8080",
    "localhost:0, localhost, 0",
    "example.com:65535, example.com, 65535",
    "[::1]:8080, ::1, 8080",
    "[::]:80, ::, 80",
  })
  void host_and_port_are_told_apart(String address, String host, int port) {
    assertThat(HostAndPort.parse(address)).isEqualTo(new HostAndPort(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ":", "8080", ":80", "a:", "a", "a:b", "a:-1", "a:65536", "::1:80", "[::1]", "a:8 0"
      })
  void anything_else_is_quoted_with_how_it_should_be(String address) {
    assertThatThrownBy(() -> HostAndPort.parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("host:port")
        .hasMessageContaining("\"" + address + "\"");
  }
}
