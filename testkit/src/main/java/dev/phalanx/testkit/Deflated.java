package dev.phalanx.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Deflater;

/** Frames compressed as RFC 7692, section 7.2.1, has it, each from an empty context. */
final class Deflated {
  private static final int TAIL = 4; // 00 00 FF FF, which is left out

  private Deflated() {}

  static Frame text(String text) {
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[8_192];
      int count;
      do {
        count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        out.write(buffer, 0, count);
      } while (count == buffer.length);
      byte[] deflated = out.toByteArray();
      return Frame.of(Frame.TEXT, Arrays.copyOf(deflated, deflated.length - TAIL)).withReserved(4);
    } finally {
      deflater.end();
    }
  }
}
