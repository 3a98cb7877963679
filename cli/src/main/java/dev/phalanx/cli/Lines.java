package dev.phalanx.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of an input as bytes: what is no text, and has a CR somewhere, stays as it is. */
final class Lines implements AutoCloseable {
  private final InputStream in;

  Lines(InputStream in) {
    this.in = new BufferedInputStream(in);
  }

  /** The next line without its LF; null at the end. A last one needs no LF. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    for (; next >= 0 && next != '\n'; next = in.read()) {
      line.write(next);
    }
    return line.toByteArray();
  }

  /** A line as text, without the CR that some systems end lines with too. */
  static String text(byte[] line) {
    int length = line.length;
    boolean hasCr = length > 0 && line[length - 1] == '\r';
    return new String(line, 0, hasCr ? length - 1 : length, UTF_8);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
