package dev.phalanx.hermes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A frame of ours as it stands on the wire. A client's protocol would swallow what comes after a
 * Close; here it shows.
 */
record HeardFrame(int opcode, byte[] payload) {
  static final int TEXT = 1;
  static final int CLOSE = 8;
  static final int PONG = 10;

  /** All whole frames in these bytes; the last may be cut off where a connection was lost. */
  static List<HeardFrame> in(byte[] heard) {
    List<HeardFrame> frames = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(heard);
    while (bytes.remaining() >= 2) {
      int first = bytes.get();
      assertThat(first & 0xF0).as("FIN and nothing reserved").isEqualTo(0x80);
      int length = bytes.get();
      if (length == 126 && bytes.remaining() >= Short.BYTES) {
        length = Short.toUnsignedInt(bytes.getShort());
      } else if (length == 127 && bytes.remaining() >= Long.BYTES) {
        length = Math.toIntExact(bytes.getLong());
      }
      if (bytes.remaining() < length) {
        break;
      }
      byte[] payload = new byte[length];
      bytes.get(payload);
      frames.add(new HeardFrame(first & 0x0F, payload));
    }
    return frames;
  }

  String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
