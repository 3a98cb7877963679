package dev.phalanx.rfc6455;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations with permessage-deflate (RFC 7692), as either side hears them. */
class CompressedConversationTest {
  private final DeflatePool pool = new DeflatePool(1);

  private Conversation talk(Side us, boolean alone) {
    return talk(us, alone, Limits.defaults());
  }

  private Conversation talk(Side us, boolean alone, Limits limits) {
    var agreed = new DeflateParameters(alone, alone, 15, 15);
    return new Conversation(us, new Protocol(us, limits, agreed, pool));
  }

  private static byte[] deflated(byte[] message) {
    return MessageDeflater.alone(message, 15, 6, DeflatePool.shared());
  }

  private static byte[] deflated(String message) {
    return deflated(message.getBytes(UTF_8));
  }

  @Test
  @DisplayName("RFC 7692 §7.2.3: the RFC's examples")
  void examples() {
    Conversation talk = talk(Side.CLIENT, false);

    talk.peerSends(Wire.hex("c1 07 f248cdc9c90700"));
    talk.weHear("text Hello");
    talk.peerSends(Wire.hex("41 03 f248cd 80 04 c9c90700")); // in two fragments
    talk.weHear("text Hello");
    talk.peerSends(Wire.hex("c1 05 f200110000")); // refers to the one before
    talk.weHear("text Hello");
    talk.peerSends(Wire.hex("c1 0b 000500faff48656c6c6f00")); // stored
    talk.weHear("text Hello");
    talk.peerSends(Wire.hex("c1 0d f248050000 00ffff cac9c90700")); // in two blocks
    talk.weHear("text Hello");
    talk.peerSends(Wire.hex("c1 01 00")); // empty
    talk.weHear("text ");
    talk.peerSends(Wire.hex("c1 08 f348cdc9c9070000")); // in a final block
    talk.weHear("text Hello");
    talk.peerSends(Wire.hex("c1 07 f248cdc9c90700"));
    talk.weHear("text Hello");
    talk.protocol().release();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§6: messages without RSV1 are as they are, between those with it")
  void bothKinds(Side us) {
    Conversation talk = talk(us, false);

    talk.peerSays(RawFrame.text(deflated("compressed")).compressed());
    talk.peerSays(RawFrame.text("plain"), RawFrame.binary(new byte[] {1}));
    talk.peerSays(RawFrame.text(deflated("compressed")).compressed());

    talk.weHear("text compressed", "text plain", "binary 01", "text compressed");
    talk.protocol().release();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§6.1: a Ping between the fragments of a compressed message is heard at once")
  void controlFramesBetweenFragments(Side us) {
    Conversation talk = talk(us, true);
    byte[] hello = deflated("Hello, Hello, Hello");
    int length = hello.length;

    talk.peerSays(RawFrame.text(Arrays.copyOf(hello, 3)).compressed().unfinished());
    talk.peerSays(RawFrame.ping("there?"), RawFrame.continuation("").unfinished());
    talk.weHear("ping there?");
    talk.weOwe("pong there?");
    talk.peerSays(RawFrame.continuation(Arrays.copyOfRange(hello, 3, length)).unfinished());
    talk.weHearNothing();
    talk.peerSays(RawFrame.continuation(""));
    talk.weHear("text Hello, Hello, Hello");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§6: RSV1 is for the first frame of a data message")
  void rsv1Elsewhere(Side us) {
    Conversation inContinuation = talk(us, true);
    inContinuation.peerSays(RawFrame.text(deflated("x")).compressed().unfinished());
    inContinuation.peerSays(RawFrame.continuation("").compressed());
    inContinuation.weFail(1002, "RSV1 set on a frame that does not begin a message");

    for (RawFrame control :
        new RawFrame[] {RawFrame.ping("x"), RawFrame.pong("x"), RawFrame.close()}) {
      Conversation talk = talk(us, true);
      talk.peerSays(control.compressed());
      talk.weFail(1002, "RSV1 set on a frame that does not begin a message");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 6, 7})
  @DisplayName("§6: RSV2 and RSV3 stay reserved")
  void otherReservedBits(int bits) {
    for (Side us : Side.values()) {
      Conversation talk = talk(us, true);
      talk.peerSays(RawFrame.text(deflated("x")).withReservedBits(bits));
      talk.weFail(1002, "RSV2 or RSV3 set, and no extension in use for it");
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("RFC 6455 §8.1: what is inflated must be UTF-8, and is refused as it arrives")
  void textThatIsNotUtf8(Side us) {
    byte[] wrong = "x".repeat(1_000).getBytes(UTF_8);
    wrong[100] = (byte) 0xFF;
    Conversation talk = talk(us, false);

    talk.peerSays(RawFrame.text(deflated(wrong)).compressed().unfinished());
    talk.weFail(1007, "text is not valid UTF-8");
    assertThat(pool.inUse()).isZero();

    Conversation halfACharacter = talk(us, false);
    halfACharacter.peerSays(RawFrame.text(deflated(Wire.hex("e282"))).compressed());
    halfACharacter.weFail(1007, "text is not valid UTF-8");

    Conversation binary = talk(us, true);
    binary.peerSays(RawFrame.binary(deflated(Wire.hex("e282"))).compressed());
    binary.weHear("binary e282");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("What isn't DEFLATE at all fails with 1007, and its inflater is given back")
  void corrupt(Side us) {
    for (boolean alone : new boolean[] {true, false}) {
      Conversation talk = talk(us, alone);
      talk.peerSays(RawFrame.binary(Wire.hex("ffffff")).compressed());
      talk.weFail(1007, "compressed data is corrupt");
      assertThat(pool.inUse()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§7.1.1: who takes over no context must not refer to it")
  void noContextTakeover(Side us) {
    Conversation talk = talk(us, true);
    talk.peerSays(RawFrame.text(Wire.hex("f248cdc9c90700")).compressed());
    talk.weHear("text Hello");

    talk.peerSays(RawFrame.text(Wire.hex("f200110000")).compressed());

    talk.weFail(1007, "compressed data is corrupt");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("A message cut off in the midst of a block fails, where no context would show it")
  void truncated(Side us) {
    byte[] whole = deflated("Hello, this is a message of some length, and it is cut off");
    for (int length = 1; length < whole.length; length++) {
      Conversation talk = talk(us, true);
      talk.peerSays(RawFrame.binary(Arrays.copyOf(whole, length)).compressed());
      talk.weFail(1007, "compressed data is corrupt");
      assertThat(pool.inUse()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("A compressed message without a byte, which RFC 7692 doesn't foresee, is empty")
  void noBytesAtAll(Side us) {
    for (boolean alone : new boolean[] {true, false}) {
      Conversation talk = talk(us, alone);
      talk.peerSays(RawFrame.text("").compressed());
      talk.peerSays(RawFrame.binary(new byte[0]).compressed().unfinished());
      talk.peerSays(RawFrame.continuation("").unfinished(), RawFrame.continuation(""));
      talk.weHear("text ", "binary ");
      assertThat(pool.inUse()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("§7.2.3.5: final blocks, with and without the byte after them, many in a message")
  void finalBlocks(Side us) {
    byte[] finished = finished("Hello");
    for (boolean alone : new boolean[] {true, false}) {
      Conversation talk = talk(us, alone);
      talk.peerSays(RawFrame.text(finished).compressed());
      talk.peerSays(RawFrame.text(join(finished, new byte[1])).compressed());
      talk.peerSays(RawFrame.text(join(finished, finished, finished, new byte[1])).compressed());
      talk.peerSays(RawFrame.text(finished).compressed().unfinished());
      talk.peerSays(RawFrame.continuation(finished).unfinished());
      talk.peerSays(RawFrame.continuation(deflated(" you")));
      talk.peerSays(RawFrame.text(deflated("bye")).compressed());
      talk.weHear(
          "text Hello", "text Hello", "text HelloHelloHello", "text HelloHello you", "text bye");
      talk.protocol().release();
    }
  }

  private static byte[] finished(String message) {
    Deflater deflater = new Deflater(6, true);
    deflater.setInput(message.getBytes(UTF_8));
    deflater.finish();
    byte[] out = new byte[100];
    int length = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, length);
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {65_536, 65_537})
  @DisplayName("RFC 6455 §10.4: the limit on a message holds for what comes out, to the byte")
  void theLimit(int size) {
    byte[] noise = new byte[size];
    new Random(size).nextBytes(noise);
    for (byte[] message : new byte[][] {new byte[size], noise}) {
      for (Side us : Side.values()) {
        Conversation talk = talk(us, true);
        talk.peerSays(RawFrame.binary(deflated(message)).compressed());
        if (size <= 65_536) {
          talk.weHear(Wire.describe(new Event.Binary(message)));
        } else {
          talk.weFail(1009, "message larger than maxMessageSize (65536 bytes)");
        }
        assertThat(pool.inUse()).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("Of two faults the first counts, whether it is read whole or byte by byte")
  void twoFaults(Side us) {
    byte[] invalidThenTooLarge = new byte[70_000];
    invalidThenTooLarge[0] = -1;
    byte[] tooLargeThenInvalid = new byte[70_000];
    tooLargeThenInvalid[69_999] = -1;

    for (boolean dripping : new boolean[] {false, true}) {
      peerSays(us, invalidThenTooLarge, dripping).weFail(1007, "text is not valid UTF-8");
      peerSays(us, tooLargeThenInvalid, dripping)
          .weFail(1009, "message larger than maxMessageSize (65536 bytes)");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, Integer.MAX_VALUE})
  @DisplayName("What is corrupt beyond the limit is too large, as fast as it may be seen")
  void tooLargeThenCorrupt(int atOnce) {
    byte[] foundByFuzzing =
        Wire.hex(
            "c10bca48cdcdc957c8409000004272727272727272727272727272727272727272f27272"
                + "72727272727272724661696c6564ca48cdc9c957409005a360140c2e24fffdfdc8f0f0f0"
                + "f0f0f0f0f0f0f0f0f0f0f0f0f0f072727272727288d8d8d8d8d8d8d8d8d8d8d8d8d8d8d8"
                + "d8d8d8d8d8d8d8d800");
    Conversation talk = talk(Side.CLIENT, false, new Limits(2_000, 1_500, 16));
    int length = Math.min(atOnce, foundByFuzzing.length);

    for (int at = 0; at < foundByFuzzing.length; at += length) {
      talk.peerSends(Arrays.copyOfRange(foundByFuzzing, at, at + length));
    }

    talk.weHear(
        "text hemlo hemlo hemlo", "failed 1009 message larger than maxMessageSize (2000 bytes)");
  }

  private Conversation peerSays(Side us, byte[] text, boolean dripping) {
    Conversation talk = talk(us, true);
    byte[] frame = RawFrame.text(deflated(text)).compressed().from(us.other());
    for (int at = 0; at < frame.length; at += dripping ? 1 : frame.length) {
      talk.peerSends(Arrays.copyOfRange(frame, at, dripping ? at + 1 : frame.length));
    }
    return talk;
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("RFC 6455 §10.4: a compressed frame may be an eighth larger than maxFrameSize")
  void theLimitOfAFrame(Side us) {
    Limits limits = Limits.defaults().withMaxFrameSize(1_000);
    Conversation fits = talk(us, true, limits);
    fits.peerSays(RawFrame.binary(new byte[0]).compressed().announcing(1_189));
    fits.weHearNothing();

    Conversation tooLarge = talk(us, true, limits);
    tooLarge.peerSays(RawFrame.binary(new byte[0]).compressed().announcing(1_190));
    tooLarge.weFail(1009, "frame larger than maxFrameSize (1000 bytes)");

    Conversation plain = talk(us, true, limits);
    plain.peerSays(RawFrame.binary(new byte[0]).announcing(1_001));
    plain.weFail(1009, "frame larger than maxFrameSize (1000 bytes)");
  }

  @ParameterizedTest
  @EnumSource
  void anInflaterIsHeldOnlyWhereThereIsAContextOrAMessage(Side us) {
    Conversation alone = talk(us, true);
    assertThat(pool.inUse()).isZero();
    alone.peerSays(RawFrame.text(deflated("Hello")).compressed().unfinished());
    assertThat(pool.inUse()).isEqualTo(1);
    alone.peerSays(RawFrame.continuation(""));
    assertThat(pool.inUse()).isZero();

    Conversation context = talk(us, false);
    assertThat(pool.inUse()).isZero();
    context.peerSays(RawFrame.text("plain"));
    assertThat(pool.inUse()).isZero();
    context.peerSays(RawFrame.text(deflated("Hello")).compressed());
    assertThat(pool.inUse()).isEqualTo(1);
    context.peerSays(RawFrame.close());
    assertThat(pool.inUse()).isZero();

    Conversation lost = talk(us, false);
    lost.peerSays(RawFrame.text(deflated("Hello")).compressed());
    lost.protocol().release();
    lost.protocol().release();
    assertThat(pool.inUse()).isZero();
  }
}
