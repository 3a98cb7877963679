package dev.phalanx.transport;

import io.netty.util.ByteProcessor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads along, byte by byte, while Netty decodes the head of a request, and sees what Netty lets
 * pass though another reader could take it for something else (RFC 9112, section 11.2): any blank
 * for a space in the request line, folded lines, bare CRs and LFs, and the second length of an
 * HTTP/1.0 request, of which Netty takes the first and drops the other. One for each head.
 */
final class HeadLines implements ByteProcessor {
  private static final byte[] LENGTH = "content-length".getBytes(StandardCharsets.US_ASCII);

  private boolean inRequestLine = true; // or in an empty line before it, which is allowed (§2.2)
  private byte previous = '\n';
  private int column;
  private int spaces;
  private int matched; // so many bytes of LENGTH were found in this line; all of them in 14 are it
  private int lengths;
  private @Nullable String fault;

  /** What is wrong; null if nothing is. */
  @Nullable String fault() {
    return fault;
  }

  @Override
  public boolean process(byte next) {
    if (fault == null) {
      fault = faultOf(next);
      previous = next;
    }
    return fault == null;
  }

  private @Nullable String faultOf(byte next) {
    if ((previous == '\r') != (next == '\n')) {
      return "a line must end with CR LF"; // §2.2
    }
    if (next == '\n') {
      return endLine();
    }
    if (next == '\r') {
      return null;
    }
    column++;
    return inRequestLine ? faultOfRequestLine(next) : faultOfHeader(next);
  }

  private @Nullable String endLine() {
    if (inRequestLine && column > 0) {
      inRequestLine = false;
      if (spaces > 2) {
        return "one space is between the parts of a request line";
      }
    }
    column = 0;
    matched = 0;
    return null;
  }

  /** §3: method SP target SP version. That there are three, and none empty, is seen by Netty. */
  private @Nullable String faultOfRequestLine(byte next) {
    if (next == ' ') {
      spaces++;
      return null;
    }
    if (next < ' ' || next == 0x7F) { // bytes beyond ASCII are below 0 here
      return "the request line has a character that must not be there";
    }
    if (next == '#' && spaces == 1) {
      return "a request target has no fragment"; // §3.2
    }
    boolean inVersion = spaces == 2;
    return inVersion && Character.isLowerCase(next) ? "a version is written HTTP/1.1" : null;
  }

  private @Nullable String faultOfHeader(byte next) {
    if (column == 1 && (next == ' ' || next == '\t')) {
      return "headers must not be folded"; // §5.2
    }
    if (matched < LENGTH.length && (next | 0x20) == LENGTH[matched]) {
      matched++;
    } else if (matched == LENGTH.length && column == LENGTH.length + 1 && next == ':') {
      lengths++;
    }
    return lengths > 1 ? "there must be one Content-Length" : null;
  }
}
