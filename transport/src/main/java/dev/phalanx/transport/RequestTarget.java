package dev.phalanx.transport;

import dev.phalanx.http.HttpException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a request is meant to go (RFC 9112, section 3.2). The absolute form is as good as the
 * origin form; the host in it goes before the header's.
 *
 * @param originForm path and query; or as it came, where it has neither
 * @param authority host and port, of the absolute form; null where the header says it
 */
record RequestTarget(String originForm, @Nullable String authority) {
  private static final Pattern ABSOLUTE_FORM =
      Pattern.compile("https?://([^/?]*)", Pattern.CASE_INSENSITIVE);

  /** RFC 3986, section 3.2, without a user; nothing in it can match in two ways. */
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?:\\[[0-9A-Za-z:.%]+]|[A-Za-z0-9._~!$&'()*+;=%-]*)(?::[0-9]{0,5})?");

  /**
   * Reads one.
   *
   * @throws HttpException 400 for an absolute form without a host, or with more than host and port
   */
  static RequestTarget of(String target) {
    if (target.startsWith("/")) { // nearly always: no need to look for more
      return new RequestTarget(target, null);
    }
    Matcher absolute = ABSOLUTE_FORM.matcher(target);
    if (!absolute.lookingAt()) {
      return new RequestTarget(target, null);
    }
    String authority = absolute.group(1);
    if (authority.isEmpty() || !isHostAndPort(authority)) {
      throw new HttpException(400, "the request target has no valid host");
    }
    String rest = target.substring(absolute.end());
    return new RequestTarget(rest.startsWith("/") ? rest : "/" + rest, authority);
  }

  /** The path, as sent. */
  String path() {
    int query = originForm.indexOf('?');
    return query < 0 ? originForm : originForm.substring(0, query);
  }

  /** Whether it may be the value of a Host header (RFC 9110, section 7.2), which may be empty. */
  static boolean isHostAndPort(String text) {
    return HOST_AND_PORT.matcher(text).matches();
  }
}
