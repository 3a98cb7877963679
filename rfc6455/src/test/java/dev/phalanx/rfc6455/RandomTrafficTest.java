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

/** What comes out is what went in, whatever happens to it on the way. */
class RandomTrafficTest {
  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.4: messages survive any fragmentation, any control frames between, any split")
  void messagesSurvive(Side us) {
    Seed.run(
        "RandomTrafficTest.messagesSurvive(" + us + ")",
        random -> {
          for (int round = 0; round < 200; round++) {
            List<String> said = new ArrayList<>();
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            for (int i = 0; i < 10; i++) {
              sayMessage(random, us.other(), said, wire);
            }

            assertThat(hear(random, us, wire.toByteArray())).isEqualTo(said);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§5.7: our encoder and our decoder agree")
  void encoderAndDecoderAgree(Side us) {
    Seed.run(
        "RandomTrafficTest.encoderAndDecoderAgree(" + us + ")",
        random -> {
          for (int round = 0; round < 500; round++) {
            byte[] payload = new byte[random.nextInt(1 << random.nextInt(17))];
            random.nextBytes(payload);
            EncodedFrame frame = EncodedFrame.of(us.other(), Opcode.BINARY, payload);

            List<String> heard = hear(random, us, Wire.bytes(frame));

            assertThat(heard).containsExactly(Wire.describe(new Event.Binary(payload)));
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§7.1.7: noise never throws, and ends in a failure that can be sent, or in nothing")
  void noise(Side us) {
    Seed.run(
        "RandomTrafficTest.noise(" + us + ")",
        random -> {
          for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[random.nextInt(200)];
            random.nextBytes(noise);
            endsWell(random, us, noise);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§7.1.7: nor does sound traffic with a few wrong bits")
  void wrongBits(Side us) {
    Seed.run(
        "RandomTrafficTest.wrongBits(" + us + ")",
        random -> {
          for (int round = 0; round < 3_000; round++) {
            ByteArrayOutputStream wire = new ByteArrayOutputStream();
            sayMessage(random, us.other(), new ArrayList<>(), wire);
            byte[] bytes = wire.toByteArray();
            for (int i = random.nextInt(4); i >= 0; i--) {
              bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            endsWell(random, us, bytes);
          }
        });
  }

  private static void endsWell(Random random, Side us, byte[] bytes) {
    endsWell(random, new Protocol(us, Limits.defaults()), bytes);
    DeflatePool pool = new DeflatePool(1);
    DeflateParameters any =
        new DeflateParameters(random.nextBoolean(), random.nextBoolean(), 15, 15);
    Protocol inflating = new Protocol(us, Limits.defaults(), any, pool);
    endsWell(random, inflating, bytes);
    inflating.release();
    assertThat(pool.inUse()).isZero();
  }

  private static void endsWell(Random random, Protocol protocol, byte[] bytes) {
    Event last = null;
    int from = 0;
    while (from < bytes.length) {
      int length = Math.min(bytes.length - from, 1 + random.nextInt(50));
      ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
      for (Event event = protocol.receive(in); event != null; event = protocol.receive(in)) {
        assertThat(last instanceof Event.Failed || last instanceof Event.Close).isFalse();
        last = event;
      }
      assertThat(in.hasRemaining()).isFalse();
      from += length;
    }
    assertThat(protocol.isFailed()).isEqualTo(last instanceof Event.Failed);
    if (last instanceof Event.Failed(int code, String reason)) {
      assertThat(CloseCodes.isAllowedOnWire(code)).isTrue();
      assertThat(reason).isNotEmpty();
      assertThat(reason.getBytes(UTF_8).length).isLessThanOrEqualTo(123);
    }
  }

  private static void sayMessage(
      Random random, Side peer, List<String> said, ByteArrayOutputStream wire) {
    boolean text = random.nextBoolean();
    byte[] payload = text ? randomText(random) : randomBytes(random);
    int opcode = text ? 0x1 : 0x2;
    int from = 0;
    while (random.nextInt(3) != 0) {
      int to = from + random.nextInt(payload.length - from + 1);
      byte[] fragment = Arrays.copyOfRange(payload, from, to);
      wire.writeBytes(RawFrame.of(opcode, fragment).unfinished().from(peer));
      sayControl(random, peer, said, wire);
      opcode = 0x0;
      from = to;
    }
    byte[] rest = Arrays.copyOfRange(payload, from, payload.length);
    wire.writeBytes(RawFrame.of(opcode, rest).from(peer));
    said.add(Wire.describe(text ? new Event.Text(payload) : new Event.Binary(payload)));
  }

  private static void sayControl(
      Random random, Side peer, List<String> said, ByteArrayOutputStream wire) {
    String payload = "x".repeat(random.nextInt(126));
    switch (random.nextInt(4)) {
      case 0 -> {
        wire.writeBytes(RawFrame.ping(payload).from(peer));
        said.add("ping " + payload);
      }
      case 1 -> {
        wire.writeBytes(RawFrame.pong(payload).from(peer));
        said.add("pong " + payload);
      }
      default -> {
        // Mostly nothing.
      }
    }
  }

  /** Hears the bytes in pieces: one at a time, in small pieces, or nearly all at once. */
  private static List<String> hear(Random random, Side us, byte[] bytes) {
    Protocol protocol = new Protocol(us, Limits.defaults());
    List<String> heard = new ArrayList<>();
    int largestPiece = 1 << random.nextInt(18);
    int from = 0;
    while (from < bytes.length) {
      int length = Math.min(bytes.length - from, 1 + random.nextInt(largestPiece));
      ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
      for (Event event = protocol.receive(in); event != null; event = protocol.receive(in)) {
        heard.add(Wire.describe(event));
      }
      from += length;
    }
    return heard;
  }

  private static byte[] randomBytes(Random random) {
    byte[] bytes = new byte[random.nextInt(1 << random.nextInt(13))];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] randomText(Random random) {
    int[] characters = {'a', 'b', ' ', 'é', '€', 0x1F600};
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(1 << random.nextInt(11)); i > 0; i--) {
      text.appendCodePoint(characters[random.nextInt(characters.length)]);
    }
    return text.toString().getBytes(UTF_8);
  }
}
