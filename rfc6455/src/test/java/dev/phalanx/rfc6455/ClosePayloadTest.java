package dev.phalanx.rfc6455;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClosePayloadTest {
  @Test
  @DisplayName("§5.5.1: two bytes of code in network order, then the reason in UTF-8")
  void encode() {
    assertThat(ClosePayload.encode(1000, "bye")).isEqualTo(Wire.hex("03e8 627965"));
    assertThat(ClosePayload.encode(4999, "")).isEqualTo(Wire.hex("1387"));
  }

  @Test
  @DisplayName("§7.1.5: 1005 stands for no code at all")
  void noStatus() {
    assertThat(ClosePayload.encode(CloseCodes.NO_STATUS_RECEIVED, "is dropped")).isEmpty();
    assertThat(ClosePayload.decode(new byte[0])).isEqualTo(new Event.Close(1005, ""));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 999, 1004, 1006, 1015, 1016, 2999, 5000, 65_536 + 1000})
  @DisplayName("§7.4: we never send a code that must not be sent")
  void forbiddenCodes(int code) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClosePayload.encode(code, ""))
        .withMessage("close code " + code + " must not be sent");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "é", "€", "😀"})
  @DisplayName("§5.5: a long reason is cut to 123 bytes, between two characters")
  void longReasons(String character) {
    int size = character.getBytes(UTF_8).length;
    for (int shift = 0; shift < 4; shift++) {
      String reason = "-".repeat(shift) + character.repeat(200);

      byte[] payload = ClosePayload.encode(1000, reason);

      assertThat(payload).hasSizeBetween(126 - size, 125);
      Event.Close close = (Event.Close) ClosePayload.decode(payload);
      assertThat(reason).startsWith(close.reason());
    }
  }

  @Test
  void aReasonThatJustFitsIsWhole() {
    assertThat(ClosePayload.decode(ClosePayload.encode(1000, "x".repeat(123))))
        .isEqualTo(new Event.Close(1000, "x".repeat(123)));
  }

  @Test
  void everyAllowedCodeSurvivesTheWireAndNoOther() {
    for (int code = 0; code < 1 << 16; code++) {
      byte[] payload = {(byte) (code >> 8), (byte) code};
      Event expected =
          CloseCodes.isAllowedOnWire(code)
              ? new Event.Close(code, "")
              : new Event.Failed(1002, "close code " + code + " must not be sent");
      if (!ClosePayload.decode(payload).equals(expected)) {
        assertThat(ClosePayload.decode(payload)).isEqualTo(expected);
      }
    }
  }
}
