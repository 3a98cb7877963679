package dev.phalanx.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Authorization} header (RFC 9110, section 11.6.2).
 *
 * @param scheme in its case
 * @param value what follows it; empty where nothing does
 */
record Credentials(String scheme, String value) {

  /**
   * Those of a request; null where it has none.
   *
   * @throws HttpException 400 if the header came twice: who checked one must not serve the other
   */
  static @Nullable Credentials of(Request request) {
    List<String> headers = request.headers().all("Authorization");
    if (headers.isEmpty()) {
      return null;
    }
    if (headers.size() > 1) {
      throw new HttpException(400, "there must be one Authorization header at most");
    }
    String header = headers.getFirst().strip();
    int space = header.indexOf(' ');
    return space < 0
        ? new Credentials(header, "")
        : new Credentials(header.substring(0, space), header.substring(space + 1).strip());
  }

  /** Whether they are of a scheme, in any case (section 11.1). */
  boolean areOf(String other) {
    return scheme.equalsIgnoreCase(other);
  }

  /** The scheme alone: this may land in a log. */
  @Override
  public String toString() {
    return "Credentials " + scheme;
  }
}
