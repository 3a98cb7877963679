package dev.phalanx.rfc6455;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes that both codecs are given. */
final class Sample {
  private static final String ASCII =
      "{\"room\":\"lobby\",\"from\":\"ada\",\"seq\":%d,\"text\":\"The quick brown fox, again\"},";
  private static final String LATIN =
      "{\"room\":\"Café\",\"from\":\"Jürgen\",\"seq\":%d,\"text\":\"Größe, naïve, à la façon\"},";
  private static final String CJK = "部屋「広場」の%d番目の発言です。それでは皆さん、また明日お会いしましょう。";

  private Sample() {}

  /** Text of about so many bytes, and no more. */
  static byte[] text(String script, int size) {
    String line =
        switch (script) {
          case "ascii" -> ASCII;
          case "latin" -> LATIN;
          case "cjk" -> CJK;
          default -> throw new IllegalArgumentException(script);
        };
    StringBuilder text = new StringBuilder();
    for (int seq = 1_000; text.length() < size; seq += 7) {
      text.append(line.formatted(seq));
    }
    int length = Math.min(size, text.length());
    while (utf8(text, length).length > size) {
      length--;
    }
    byte[] cut = utf8(text, length);
    byte[] padded = new byte[size];
    Arrays.fill(padded, (byte) ' ');
    System.arraycopy(cut, 0, padded, 0, cut.length);
    return padded;
  }

  private static byte[] utf8(StringBuilder text, int length) {
    return text.substring(0, length).getBytes(StandardCharsets.UTF_8);
  }

  /** One frame of a client after the other. */
  static byte[] frames(Opcode opcode, boolean rsv1, byte[] payload, int count) {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      EncodedFrame frame = EncodedFrame.of(Side.CLIENT, opcode, true, rsv1, payload);
      frame.transferTo(wire::write, 0, frame.length());
    }
    return wire.toByteArray();
  }
}
