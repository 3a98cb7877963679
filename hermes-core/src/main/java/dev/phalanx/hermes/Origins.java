package dev.phalanx.hermes;

import dev.phalanx.http.Request;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may connect (RFC 6455, section 10.2). A browser says where a page came from in the
 * {@code Origin} header; a request without one comes from no browser, and passes.
 */
public sealed interface Origins {
  /** Only pages of this server: the origin's host and port are those of the {@code Host} header. */
  static Origins same() {
    return new Same();
  }

  /** Any page. Other people's pages can then connect with the cookies of whoever looks at them. */
  static Origins any() {
    return new Any();
  }

  /**
   * Pages of these origins, besides those of this server.
   *
   * @param origins such as {@code https://example.com}, or {@code https://*.example.com} for all
   *     hosts below it
   * @throws IllegalArgumentException if one is not of that form
   */
  static Origins of(String... origins) {
    return new Listed(List.of(origins));
  }

  /** Whether a request may connect. */
  boolean allow(Request request);

  /** Only this server's own. */
  record Same() implements Origins {
    @Override
    public boolean allow(Request request) {
      String header = request.header("Origin");
      if (header == null) {
        return true;
      }
      Origin origin = Origin.parse(header);
      return origin != null && origin.isOfWeb() && origin.isAt(request.header("Host"));
    }
  }

  /** All. */
  record Any() implements Origins {
    @Override
    public boolean allow(Request request) {
      return true;
    }
  }

  /**
   * Those named, besides this server's own.
   *
   * @param patterns origins, with {@code *.} before the host or without
   */
  record Listed(List<String> patterns) implements Origins {
    /** Checks their form. */
    public Listed {
      patterns = List.copyOf(patterns);
      for (String pattern : patterns) {
        if (Origin.parse(pattern.replace("://*.", "://")) == null) {
          throw new IllegalArgumentException(
              "origins: expected https://example.com or https://*.example.com, not " + pattern);
        }
      }
    }

    @Override
    public boolean allow(Request request) {
      if (new Same().allow(request)) {
        return true;
      }
      Origin origin = Origin.parse(String.valueOf(request.header("Origin")));
      return origin != null && patterns.stream().anyMatch(origin::matches);
    }
  }

  /**
   * A parsed origin (RFC 6454, section 6.2).
   *
   * @param scheme in lower case
   * @param host in lower case
   * @param port the scheme's own where none was written
   */
  record Origin(String scheme, String host, int port) {
    // Not java.net.URI: to it, a host with an underscore (containers have such names) is none.
    private static final Pattern FORM =
        Pattern.compile(
            "([A-Za-z][A-Za-z0-9+.-]*)://"
                + "([A-Za-z0-9_-][A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?");

    /** Null for what is no origin; "null", which sandboxed pages send, is none. */
    static @Nullable Origin parse(String text) {
      Matcher form = FORM.matcher(text);
      if (!form.matches()) {
        return null;
      }
      String scheme = form.group(1).toLowerCase(Locale.ROOT);
      int port = form.group(3) == null ? defaultPort(scheme) : Integer.parseInt(form.group(3));
      return new Origin(scheme, form.group(2).toLowerCase(Locale.ROOT), port);
    }

    /** Whether it is a page's, and not a file's, an FTP server's or a program's. */
    boolean isOfWeb() {
      return scheme.equals("http") || scheme.equals("https");
    }

    /** Whether host and port are those of a Host header; behind a proxy the scheme may differ. */
    boolean isAt(@Nullable String hostHeader) {
      Origin server = hostHeader == null ? null : parse(scheme + "://" + hostHeader);
      return server != null && server.host.equals(host) && server.port == port;
    }

    boolean matches(String pattern) {
      boolean wild = pattern.contains("://*.");
      Origin allowed = parse(pattern.replace("://*.", "://"));
      return allowed != null
          && allowed.scheme.equals(scheme)
          && allowed.port == port
          // the dot anchors it: evilexample.com is not below example.com (CVE-2022-42975)
          && (wild ? host.endsWith("." + allowed.host) : host.equals(allowed.host));
    }

    private static int defaultPort(String scheme) {
      return switch (scheme) {
        case "http" -> 80;
        case "https" -> 443;
        default -> -1;
      };
    }
  }
}
