package dev.phalanx.rfc6455;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * What windows under 15 bits cost without a deflater that has them: the figures of ADR 0008. Not a
 * test; run from the project's folder, with Node.js on the path for zlib's own windows:
 *
 * <pre>java -cp rfc6455/target/classes:rfc6455/target/test-classes dev.phalanx.rfc6455.WindowCost
 * </pre>
 */
final class WindowCost {
  private static final String NODE =
      """
      const zlib = require('zlib');
      const all = require('fs').readFileSync(0);
      const [bits, alone] = process.argv.slice(1).map(Number);
      let deflate, total = 0;
      const flush = (stream) => new Promise((done) => stream.flush(zlib.constants.Z_SYNC_FLUSH, done));
      (async () => {
        for (let at = 0; at < all.length; ) {
          const size = all.readInt32BE(at);
          if (!deflate || alone) {
            deflate?.close();
            deflate = zlib.createDeflateRaw({ level: 6, windowBits: bits });
            deflate.on('data', (piece) => (total += piece.length));
          }
          deflate.write(all.subarray(at + 4, at + 4 + size));
          await flush(deflate);
          total -= 4;
          at += 4 + size;
        }
        console.log(total);
      })();
      """;

  private WindowCost() {}

  public static void main(String[] args) throws IOException {
    report("JSON, 2,000 messages of 1 to 4 KiB", json());
    report("Java, the files of this project", files());
  }

  private static void report(String what, List<byte[]> messages) throws IOException {
    long raw = messages.stream().mapToLong(message -> message.length).sum();
    System.out.printf("%s: %,d bytes%n", what, raw);
    System.out.println("context  bits  full flush        ms      half window       ms      zlib");
    for (boolean alone : new boolean[] {true, false}) {
      for (int bits = 9; bits <= 15; bits++) {
        ours(messages, bits, alone); // to warm up
        fullFlush(messages, bits, alone);
        long start = System.nanoTime();
        long flushed = fullFlush(messages, bits, alone);
        long between = System.nanoTime();
        long ours = ours(messages, bits, alone);
        long end = System.nanoTime();
        System.out.printf(
            "%-7s %5d %,11d %9d %,16d %8d %,9d%n",
            alone ? "none" : "kept",
            bits,
            flushed,
            (between - start) / 1_000_000,
            ours,
            (end - between) / 1_000_000,
            zlib(messages, bits, alone));
      }
    }
  }

  private static long ours(List<byte[]> messages, int bits, boolean alone) {
    MessageDeflater deflater =
        MessageDeflater.of(
            new DeflateParameters(alone, alone, bits, bits), Side.SERVER, 6, DeflatePool.shared());
    long total = messages.stream().mapToLong(message -> deflater.deflate(message).length).sum();
    deflater.close();
    return total;
  }

  /** A full flush after every 2^bits bytes, and nothing else. */
  private static long fullFlush(List<byte[]> messages, int bits, boolean alone) {
    Deflater deflater = new Deflater(6, true);
    int window = bits == 15 ? Integer.MAX_VALUE : 1 << bits;
    int since = 0;
    long total = 0;
    for (byte[] message : messages) {
      if (alone) {
        deflater.reset();
        since = 0;
      }
      DeflatedBytes out = new DeflatedBytes(message.length);
      for (int at = 0; at < message.length; ) {
        int length = Math.min(message.length - at, window - since);
        boolean full = since + length == window;
        out.write(deflater, message, at, length, full ? Deflater.FULL_FLUSH : Deflater.SYNC_FLUSH);
        since = full ? 0 : bits == 15 ? 0 : since + length;
        at += length;
      }
      total += out.message().length;
    }
    deflater.end();
    return total;
  }

  private static long zlib(List<byte[]> messages, int bits, boolean alone) throws IOException {
    Process node =
        new ProcessBuilder("node", "-e", NODE, String.valueOf(bits), alone ? "1" : "0")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (DataOutputStream out = new DataOutputStream(node.getOutputStream())) {
      for (byte[] message : messages) {
        out.writeInt(message.length);
        out.write(message);
      }
    }
    return Long.parseLong(new String(node.getInputStream().readAllBytes(), UTF_8).strip());
  }

  private static List<byte[]> json() {
    String[] words =
        ("the room is open and nobody has said anything about price order book change last trade"
                + " volume user joined left typing message sent received status ok failed retry")
            .split(" ");
    Random random = new Random(1);
    List<byte[]> messages = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      StringBuilder json = new StringBuilder("{\"type\":\"feed\",\"seq\":" + i + ",\"items\":[");
      for (int items = 8 + random.nextInt(24); items > 0; items--) {
        json.append("{\"id\":\"").append(Long.toHexString(random.nextLong()));
        json.append("\",\"price\":").append(random.nextInt(100_000) / 100.0).append(",\"text\":\"");
        for (int n = 3 + random.nextInt(9); n > 0; n--) {
          json.append(words[random.nextInt(words.length)]).append(' ');
        }
        json.append(items == 1 ? "\"}" : "\"},");
      }
      messages.add(json.append("]}").toString().getBytes(UTF_8));
    }
    return messages;
  }

  private static List<byte[]> files() throws IOException {
    List<byte[]> messages = new ArrayList<>();
    try (Stream<Path> all = Files.walk(Path.of("."))) {
      for (Path file : all.filter(WindowCost::isSource).sorted().toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length >= 1_024) {
          messages.add(bytes);
        }
      }
    }
    return messages;
  }

  private static boolean isSource(Path file) {
    return file.toString().endsWith(".java") && !file.toString().contains("target");
  }
}
