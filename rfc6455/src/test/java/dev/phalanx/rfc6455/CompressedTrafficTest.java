package dev.phalanx.rfc6455;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.seeds.Seed;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What one side compresses the other inflates, whatever was agreed and however it is split. */
class CompressedTrafficTest {
  private final DeflatePool pool = new DeflatePool(2);

  @ParameterizedTest
  @EnumSource
  @DisplayName("RFC 7692 §7: every combination of parameters, in both roles")
  void messagesSurvive(Side us) {
    Seed.run(
        "CompressedTrafficTest.messagesSurvive(" + us + ")",
        random -> {
          for (int flags = 0; flags < 4; flags++) {
            for (int bits = 8; bits <= 15; bits++) {
              int other = 8 + random.nextInt(8);
              int server = us == Side.CLIENT ? bits : other;
              int client = us == Side.CLIENT ? other : bits;
              converse(
                  random,
                  us,
                  new DeflateParameters((flags & 1) != 0, (flags & 2) != 0, server, client));
            }
          }
        });
    assertThat(pool.inUse()).isZero();
  }

  private void converse(Random random, Side us, DeflateParameters agreed) {
    Limits limits = new Limits(1 << 20, 1 << 20, 1 << 20);
    Protocol protocol = new Protocol(us, limits, agreed, pool);
    Side peer = us.other();
    MessageDeflater deflater = MessageDeflater.of(agreed, peer, 1 + random.nextInt(9), pool);
    List<String> said = new ArrayList<>();
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (int i = 0; i < 20; i++) {
      boolean text = random.nextBoolean();
      byte[] message = text ? randomText(random) : randomBytes(random);
      said.add(Wire.describe(text ? new Event.Text(message) : new Event.Binary(message)));
      Opcode opcode = text ? Opcode.TEXT : Opcode.BINARY;
      switch (random.nextInt(5)) {
        case 0 -> say(random, peer, opcode, false, message, wire);
        case 1 -> {
          byte[] alone = MessageDeflater.alone(message, agreed.maxWindowBits(peer), 6, pool);
          deflater.startAfresh();
          say(random, peer, opcode, true, alone, wire);
        }
        default -> say(random, peer, opcode, true, deflater.deflate(message), wire);
      }
    }
    List<String> heard = hear(random, protocol, wire.toByteArray());
    assertThat(heard.equals(said)).as("heard what was said, with %s", agreed).isTrue();
    protocol.release();
    deflater.close();
  }

  private static void say(
      Random random,
      Side peer,
      Opcode opcode,
      boolean compressed,
      byte[] payload,
      ByteArrayOutputStream wire) {
    int from = 0;
    boolean first = true;
    while (random.nextInt(3) > 0) {
      int to = from + random.nextInt(payload.length - from + 1);
      byte[] fragment = Arrays.copyOfRange(payload, from, to);
      write(
          EncodedFrame.of(
              peer, first ? opcode : Opcode.CONTINUATION, false, first && compressed, fragment),
          wire);
      if (random.nextInt(4) == 0) {
        write(EncodedFrame.pong(peer, new byte[0]), wire);
      }
      from = to;
      first = false;
    }
    byte[] rest = Arrays.copyOfRange(payload, from, payload.length);
    write(
        EncodedFrame.of(
            peer, first ? opcode : Opcode.CONTINUATION, true, first && compressed, rest),
        wire);
  }

  private static void write(EncodedFrame frame, ByteArrayOutputStream wire) {
    frame.transferTo(wire::write, 0, frame.length());
  }

  private static List<String> hear(Random random, Protocol protocol, byte[] bytes) {
    List<String> heard = new ArrayList<>();
    int largestPiece = 1 << random.nextInt(18);
    for (int from = 0; from < bytes.length; ) {
      int length = Math.min(bytes.length - from, 1 + random.nextInt(largestPiece));
      ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
      for (Event event = protocol.receive(in); event != null; event = protocol.receive(in)) {
        if (!(event instanceof Event.Pong)) {
          heard.add(Wire.describe(event));
        }
      }
      from += length;
    }
    return heard;
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(1 << random.nextInt(18))];
    if (random.nextBoolean()) {
      random.nextBytes(bytes);
    }
    return bytes;
  }

  private static byte[] randomText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int words = random.nextInt(1 << random.nextInt(13)); words > 0; words--) {
      text.append(random.nextInt(1 << 1 + random.nextInt(20)))
          .append(" é€😀 ".charAt(random.nextInt(3)));
    }
    return text.toString().getBytes(UTF_8);
  }
}
