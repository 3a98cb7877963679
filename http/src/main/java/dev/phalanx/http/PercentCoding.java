package dev.phalanx.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoded octets (RFC 3986, section 2.1), which must be UTF-8. */
final class PercentCoding {
  private PercentCoding() {}

  static String decode(String encoded) {
    if (encoded.indexOf('%') < 0) {
      return encoded;
    }
    ByteArrayOutputStream octets = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        octets.write(octet(encoded, i));
        i += 2;
      } else {
        octets.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new HttpException(400, "the request target is not UTF-8 when decoded");
    }
  }

  private static int octet(String encoded, int percent) {
    int end = percent + 3;
    boolean wellFormed =
        end <= encoded.length()
            && HexFormat.isHexDigit(encoded.charAt(percent + 1))
            && HexFormat.isHexDigit(encoded.charAt(percent + 2));
    if (!wellFormed) {
      throw new HttpException(400, "the request target has a percent sign without two hex digits");
    }
    return HexFormat.fromHexDigits(encoded, percent + 1, end);
  }
}
