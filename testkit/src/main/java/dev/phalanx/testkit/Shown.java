package dev.phalanx.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** What is said, for people: on one line, and no longer than one reads. */
final class Shown {
  private static final int MAX_CHARS = 200;
  private static final int MAX_BYTES = 32;

  private Shown() {}

  static String text(byte[] utf8) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      String line = text.replace("\n", "\\n").replace("\r", "\\r").replaceAll("\\p{Cntrl}", "?");
      return line.length() <= MAX_CHARS
          ? "\"" + line + "\""
          : "\"" + line.substring(0, MAX_CHARS) + "…\" (" + utf8.length + " bytes)";
    } catch (CharacterCodingException e) {
      return "that isn't UTF-8: " + bytes(utf8);
    }
  }

  static String bytes(byte[] bytes) {
    HexFormat hex = HexFormat.ofDelimiter(" ");
    return bytes.length <= MAX_BYTES
        ? "[" + hex.formatHex(bytes) + "]"
        : "[" + hex.formatHex(Arrays.copyOf(bytes, MAX_BYTES)) + " …] (" + bytes.length + " bytes)";
  }
}
