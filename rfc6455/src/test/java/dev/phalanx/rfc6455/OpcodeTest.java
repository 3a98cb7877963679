package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpcodeTest {
  @Test
  @DisplayName("§5.2: the codes are those of the RFC")
  void codes() {
    assertThat(List.of(Opcode.values()))
        .extracting(Opcode::code)
        .containsExactly(0, 1, 2, 8, 9, 10);
  }

  @ParameterizedTest
  @EnumSource
  void isFoundByItsCode(Opcode opcode) {
    assertThat(Opcode.of(opcode.code())).isSameAs(opcode);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15, 16, -1})
  @DisplayName("§5.2: reserved codes have no opcode")
  void reserved(int code) {
    assertThat(Opcode.of(code)).isNull();
  }

  @Test
  @DisplayName("§5.5: Close, Ping and Pong are control frames")
  void control() {
    assertThat(Opcode.values())
        .filteredOn(Opcode::isControl)
        .containsExactly(Opcode.CLOSE, Opcode.PING, Opcode.PONG);
  }
}
