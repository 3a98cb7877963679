package dev.phalanx.rfc6455;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** What tests show of frames and events: one short line each. */
final class Wire {
  private Wire() {}

  static byte[] bytes(EncodedFrame frame) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    frame.transferTo(out::write, 0, frame.length());
    return out.toByteArray();
  }

  static byte[] hex(String bytes) {
    return HexFormat.of().parseHex(bytes.replace(" ", ""));
  }

  static String describe(Event event) {
    return switch (event) {
      case Event.Text(byte[] utf8) -> "text " + string(utf8);
      case Event.Binary(byte[] bytes) -> "binary " + HexFormat.of().formatHex(bytes);
      case Event.Ping(byte[] payload) -> "ping " + string(payload);
      case Event.Pong(byte[] payload) -> "pong " + string(payload);
      case Event.Close(int code, String reason) -> "close " + code + " " + reason;
      case Event.Failed(int code, String reason) -> "failed " + code + " " + reason;
    };
  }

  static String describe(EncodedFrame encoded) {
    RawFrame frame = RawFrame.read(bytes(encoded));
    byte[] payload = frame.payload();
    return switch (frame.opcode()) {
      case 0x8 -> describeClose(payload);
      case 0x9 -> "ping " + string(payload);
      case 0xA -> "pong " + string(payload);
      default -> throw new AssertionError("not a control frame: " + frame);
    };
  }

  private static String describeClose(byte[] payload) {
    if (payload.length == 0) {
      return "close";
    }
    int code = (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
    return "close " + code + " " + string(Arrays.copyOfRange(payload, 2, payload.length));
  }

  private static String string(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
