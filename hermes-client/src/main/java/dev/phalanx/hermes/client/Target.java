package dev.phalanx.hermes.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phalanx.http.Headers;
import dev.phalanx.transport.UpgradeRequest;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.Locale;

/**
 * Where a WebSocket is: a {@code ws} or {@code wss} URI (RFC 6455, section 3), taken apart.
 *
 * @param host of IPv6 without brackets, with its zone if it has one
 * @param target path and query, in ASCII
 */
record Target(boolean secure, String host, int port, String target) {
  /**
   * Takes a URI apart.
   *
   * @throws IllegalArgumentException that says what no WebSocket can have
   */
  static Target of(URI uri) {
    UriReference reference = UriReference.parse(uri.toString());
    if (reference.fragment() != null) {
      throw new IllegalArgumentException(
          "the URI must not have a fragment (RFC 6455, section 3): " + shown(reference));
    }
    return of(reference);
  }

  private static Target of(UriReference uri) {
    String scheme = uri.scheme() == null ? "" : uri.scheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("ws") && !scheme.equals("wss")) {
      throw new IllegalArgumentException(
          "the URI must begin with ws:// or wss://, not " + shown(uri));
    }
    if (uri.authority() == null) {
      throw new IllegalArgumentException("the URI must name a host: " + scheme + "://HOST/…");
    }
    boolean secure = scheme.equals("wss");
    Authority authority = Authority.parse(uri.authority(), secure ? 443 : 80);
    String path = uri.path().isEmpty() ? "/" : uri.path();
    String target = inAscii(uri.query() == null ? path : path + "?" + uri.query(), UTF_8);
    return new Target(secure, authority.host(), authority.port(), target);
  }

  /** Percent-encodes what is not in ASCII. */
  private static String inAscii(String text, Charset charset) {
    StringBuilder ascii = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (c < 0x80) {
            ascii.append((char) c);
          } else {
            for (byte each : Character.toString(c).getBytes(charset)) {
              ascii.append('%').append("%02X".formatted(each & 0xff));
            }
          }
        });
    return ascii.toString();
  }

  /** Without what may be a secret: user, path, query and fragment. */
  private static String shown(UriReference uri) {
    String authority = String.valueOf(uri.authority());
    return uri.scheme() + "://" + authority.substring(authority.lastIndexOf('@') + 1);
  }

  /**
   * Where a redirect leads. A fragment is dropped: no request has one.
   *
   * @param location absolute, or relative to this (RFC 3986, section 5.2); {@code http} stands for
   *     {@code ws}. Characters outside of ASCII stand for the bytes that came
   * @throws IllegalArgumentException if no WebSocket can be there
   */
  Target redirectedTo(String location) {
    if (!location.chars().allMatch(c -> c > ' ' && c != 0x7f)) {
      throw new IllegalArgumentException("the Location is malformed");
    }
    UriReference there =
        UriReference.parse(uri()).resolve(UriReference.parse(inAscii(location, ISO_8859_1)));
    String scheme = String.valueOf(there.scheme()).toLowerCase(Locale.ROOT);
    String meant =
        switch (scheme) {
          case "http" -> "ws";
          case "https" -> "wss";
          default -> scheme;
        };
    return of(new UriReference(meant, there.authority(), there.path(), there.query(), null));
  }

  /** Whether scheme, host and port are the same: what is meant for this may be told there. */
  boolean isSameOrigin(Target other) {
    return secure == other.secure && host.equalsIgnoreCase(other.host) && port == other.port;
  }

  private String uri() {
    return (secure ? "wss://" : "ws://") + address().replace("%", "%25") + target;
  }

  /** For a store of cookies: with {@code http}, or {@code https} where TLS is spoken. */
  URI httpUri() {
    int zone = host.indexOf('%');
    String named = zone < 0 ? address() : address().replace(host.substring(zone), "");
    return URI.create((secure ? "https://" : "http://") + named + target);
  }

  UpgradeRequest request(Headers headers) {
    return new UpgradeRequest(host, port, secure, target, headers);
  }

  private String address() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /** For people and logs; without the query, which may hold a secret. */
  @Override
  public String toString() {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    return (secure ? "wss://" : "ws://") + address() + path;
  }
}
