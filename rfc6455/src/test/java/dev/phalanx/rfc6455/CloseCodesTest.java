package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloseCodesTest {
  @Test
  @DisplayName("§7.4: 1000–1003, 1007–1014 and 3000–4999 may be sent, and no other code")
  void allowed() {
    int[] expected =
        IntStream.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014)
            .toArray();
    int[] allowed = IntStream.range(-1, 65_536).filter(CloseCodes::isAllowedOnWire).toArray();

    assertThat(allowed).startsWith(expected).endsWith(4998, 4999);
    assertThat(allowed).hasSize(expected.length + 2000);
    assertThat(allowed[expected.length]).isEqualTo(3000);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        CloseCodes.RESERVED,
        CloseCodes.NO_STATUS_RECEIVED,
        CloseCodes.ABNORMAL_CLOSURE,
        CloseCodes.TLS_HANDSHAKE
      })
  @DisplayName("§7.4.1: codes for local use MUST NOT be set in a Close frame")
  void localUse(int code) {
    assertThat(CloseCodes.isAllowedOnWire(code)).isFalse();
  }
}
