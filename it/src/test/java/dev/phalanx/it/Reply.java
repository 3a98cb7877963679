package dev.phalanx.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** An HTTP response as it came over a raw socket, read in the plainest way. */
record Reply(int status, List<String> headerLines, byte[] body) {

  /**
   * Reads one.
   *
   * @param toHead whether it answers a HEAD, and so has no body whatever its headers say
   */
  static Reply read(InputStream in, boolean toHead) throws IOException {
    String statusLine = line(in);
    if (!statusLine.matches("HTTP/1\\.1 [1-5][0-9][0-9] .*")) {
      throw new AssertionError("not a status line: " + statusLine);
    }
    int status = Integer.parseInt(statusLine.substring(9, 12));
    List<String> headers = new ArrayList<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      headers.add(header);
    }
    Reply head = new Reply(status, List.copyOf(headers), new byte[0]);
    if (toHead || status < 200 || status == 204 || status == 304) {
      return head;
    }
    int length = Integer.parseInt(head.header("Content-Length"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the body has " + body.length + " bytes, not " + length);
    }
    return new Reply(status, head.headerLines, body);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the stream ended within a head, after \"" + line + "\"");
      }
      line.append((char) c);
    }
    if (!line.toString().endsWith("\r")) {
      throw new AssertionError("a line that ends without CR: " + line);
    }
    return line.substring(0, line.length() - 1);
  }

  /** The values of a header, in their order. */
  List<String> headers(String name) {
    return headerLines.stream()
        .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
        .map(line -> line.substring(name.length() + 1).strip())
        .toList();
  }

  /** The one value of a header; empty where there is none. */
  String header(String name) {
    List<String> values = headers(name);
    if (values.size() > 1) {
      throw new AssertionError("header " + name + " came more than once: " + values);
    }
    return values.isEmpty() ? "" : values.getFirst();
  }

  String text() {
    return new String(body, UTF_8);
  }

  /** Whether the server says that it closes the connection after it. */
  boolean isLast() {
    return connectionOptions().contains("close");
  }

  /** The options of the Connection header, in lower case. */
  List<String> connectionOptions() {
    return headers("Connection").stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .map(option -> option.strip().toLowerCase(Locale.ROOT))
        .toList();
  }

  @Override
  public String toString() {
    return status + " " + headerLines + " " + new String(body, ISO_8859_1);
  }
}
