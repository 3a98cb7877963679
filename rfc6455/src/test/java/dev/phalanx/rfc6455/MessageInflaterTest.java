package dev.phalanx.rfc6455;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phalanx.rfc6455.MessageInflater.Outcome;
import dev.phalanx.seeds.Seed;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** Messages must end between two blocks (RFC 7692 §7.2.2). */
class MessageInflaterTest {
  private static final int LIMIT = 1 << 20;
  private static final int[] STRATEGIES = {
    Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY
  };

  private final DeflatePool pool = new DeflatePool(2);

  /** What came out, or null if the message is corrupt. */
  private static byte[] inflate(MessageInflater inflater, byte[] message) {
    PayloadBuffer out = new PayloadBuffer();
    Outcome outcome = inflater.inflate(message, out, LIMIT);
    if (outcome == Outcome.FITS) {
      outcome = inflater.finish();
    }
    return outcome == Outcome.FITS ? out.take() : null;
  }

  private byte[] alone(byte[] message, boolean keepsContext) {
    MessageInflater inflater = new MessageInflater(pool, keepsContext);
    try {
      return inflate(inflater, message);
    } finally {
      inflater.close();
    }
  }

  @Test
  void everyMessageIsAcceptedAndEveryPartOfOneThatEndsInsideABlockIsRefused() {
    Seed.run(
        "everyMessageIsAcceptedAndEveryPartOfOneThatEndsInsideABlockIsRefused",
        random -> {
          for (int round = 0; round < 60; round++) {
            byte[] text = anything(random, random.nextInt(1, 900));
            byte[] message = deflate(random, text);
            Set<Integer> ends = new ReferenceInflater().ends(message);
            for (boolean keepsContext : new boolean[] {false, true}) {
              assertThat(alone(message, keepsContext)).isEqualTo(text);
              for (int length = 1; length < message.length; length++) {
                byte[] part = alone(Arrays.copyOf(message, length), keepsContext);
                assertThat(part != null)
                    .as("%d of %d bytes, context kept: %s", length, message.length, keepsContext)
                    .isEqualTo(ends.contains(length));
              }
            }
          }
        });
  }

  @Test
  void aConversationWithAContextIsUnderstoodAndSoIsACutOffMessageInItsMidst() {
    Seed.run(
        "aConversationWithAContextIsUnderstoodAndSoIsACutOffMessageInItsMidst",
        random -> {
          for (int round = 0; round < 50; round++) {
            Deflater deflater = new Deflater(random.nextInt(10), true);
            List<byte[]> texts = new ArrayList<>();
            List<byte[]> messages = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
              texts.add(anything(random, random.nextInt(1, 800)));
              messages.add(message(deflater, texts.getLast(), Deflater.SYNC_FLUSH));
            }
            deflater.end();
            MessageInflater inflater = new MessageInflater(pool, true);
            ReferenceInflater reference = new ReferenceInflater();
            for (int i = 0; i < 7; i++) {
              assertThat(inflate(inflater, messages.get(i))).isEqualTo(texts.get(i));
              reference.inflate(messages.get(i));
            }
            byte[] last = messages.getLast();
            int length = random.nextInt(1, last.length);
            // The first byte of a block without compression is also an empty message of its own.
            assertThat(inflate(inflater, Arrays.copyOf(last, length)) != null)
                .as("%d of %d bytes", length, last.length)
                .isEqualTo(reference.ends(last).contains(length));
            inflater.close();
          }
        });
  }

  /** §7.2.3.5: such a message may be sent, with an empty block after it or without. */
  @Test
  void aFinalBlockMayEndAMessageButNotInTheMiddleOfTheBlock() {
    Seed.run(
        "aFinalBlockMayEndAMessageButNotInTheMiddleOfTheBlock",
        random -> {
          for (int round = 0; round < 50; round++) {
            byte[] text = anything(random, random.nextInt(1, 600));
            Deflater deflater = new Deflater(random.nextInt(10), true);
            deflater.finish();
            byte[] whole = deflated(deflater, text, Deflater.NO_FLUSH);
            byte[] another = deflate(random, text);
            deflater.end();
            for (boolean keepsContext : new boolean[] {false, true}) {
              MessageInflater inflater = new MessageInflater(pool, keepsContext);
              assertThat(inflate(inflater, whole)).isEqualTo(text);
              assertThat(inflate(inflater, Arrays.copyOf(whole, whole.length + 1))).isEqualTo(text);
              assertThat(inflate(inflater, another)).isEqualTo(text);
              inflater.close();
              for (int length = 1; length < whole.length; length++) {
                assertThat(alone(Arrays.copyOf(whole, length), keepsContext)).isNull();
              }
            }
          }
        });
  }

  /** The tail itself could be taken for the four bytes that are missing. */
  @Test
  void aBlockWithoutCompressionThatLacksFourBytesIsRefused() {
    byte[] lacking = {0, 6, 0, -7, -1, 'a', 'b'};
    assertThat(alone(lacking, false)).isNull();
    assertThat(alone(lacking, true)).isNull();
  }

  private static byte[] anything(Random random, int size) {
    byte[] bytes = new byte[size];
    int variety = 1 << random.nextInt(9);
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) random.nextInt(variety);
    }
    return bytes;
  }

  /** In one block or several, of any type. */
  private static byte[] deflate(Random random, byte[] text) {
    Deflater deflater = new Deflater(random.nextInt(10), true);
    deflater.setStrategy(STRATEGIES[random.nextInt(3)]);
    deflater.deflate(new byte[1]); // the strategy's own turn
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int middle = random.nextBoolean() ? 0 : random.nextInt(text.length);
    if (middle > 0) {
      int flush = random.nextBoolean() ? Deflater.SYNC_FLUSH : Deflater.FULL_FLUSH;
      all.writeBytes(deflated(deflater, Arrays.copyOf(text, middle), flush));
    }
    byte[] rest = Arrays.copyOfRange(text, middle, text.length);
    all.writeBytes(message(deflater, rest, Deflater.SYNC_FLUSH));
    deflater.end();
    return all.toByteArray();
  }

  private static byte[] message(Deflater deflater, byte[] text, int flush) {
    byte[] whole = deflated(deflater, text, flush);
    return Arrays.copyOf(whole, whole.length - 4);
  }

  private static byte[] deflated(Deflater deflater, byte[] text, int flush) {
    byte[] out = new byte[2 * text.length + 200];
    deflater.setInput(text);
    int size = 0;
    int more;
    while ((more = deflater.deflate(out, size, out.length - size, flush)) > 0) {
      size += more;
    }
    return Arrays.copyOf(out, size);
  }
}
