package dev.phalanx.rfc6455;

import java.nio.charset.StandardCharsets;

/** The payload of a Close frame: nothing, or a code and a reason in UTF-8 (RFC 6455 §5.5.1). */
final class ClosePayload {
  private static final int CODE_BYTES = 2;
  private static final int MAX_REASON_BYTES = EncodedFrame.MAX_CONTROL_PAYLOAD - CODE_BYTES;

  private ClosePayload() {}

  static byte[] encode(int code, String reason) {
    if (code == CloseCodes.NO_STATUS_RECEIVED) {
      return new byte[0];
    }
    if (!CloseCodes.isAllowedOnWire(code)) {
      throw new IllegalArgumentException("close code " + code + " must not be sent");
    }
    byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[CODE_BYTES + lengthToSend(utf8)];
    payload[0] = (byte) (code >> Byte.SIZE);
    payload[1] = (byte) code;
    System.arraycopy(utf8, 0, payload, CODE_BYTES, payload.length - CODE_BYTES);
    return payload;
  }

  private static int lengthToSend(byte[] utf8) {
    if (utf8.length <= MAX_REASON_BYTES) {
      return utf8.length;
    }
    int length = MAX_REASON_BYTES;
    while (isInsideCharacter(utf8[length])) {
      length--;
    }
    return length;
  }

  private static boolean isInsideCharacter(byte b) {
    return (b & 0xC0) == 0x80;
  }

  /** The peer's Close, or the rule that it broke. */
  static Event decode(byte[] payload) {
    if (payload.length == 0) {
      return new Event.Close(CloseCodes.NO_STATUS_RECEIVED, "");
    }
    if (payload.length < CODE_BYTES) {
      return new Event.Failed(CloseCodes.PROTOCOL_ERROR, "close frame with half a code");
    }
    int code = (payload[0] & 0xFF) << Byte.SIZE | payload[1] & 0xFF;
    if (!CloseCodes.isAllowedOnWire(code)) {
      return new Event.Failed(
          CloseCodes.PROTOCOL_ERROR, "close code " + code + " must not be sent");
    }
    int end = payload.length;
    if (Utf8Validator.advance(Utf8Validator.ACCEPT, payload, CODE_BYTES, end)
        != Utf8Validator.ACCEPT) {
      return new Event.Failed(CloseCodes.INVALID_PAYLOAD_DATA, "close reason is not valid UTF-8");
    }
    String reason = new String(payload, CODE_BYTES, end - CODE_BYTES, StandardCharsets.UTF_8);
    return new Event.Close(code, reason);
  }
}
