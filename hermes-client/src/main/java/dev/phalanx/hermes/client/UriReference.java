package dev.phalanx.hermes.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URI, or a reference to one, in its five components (RFC 3986). {@link java.net.URI} resolves by
 * the rules of RFC 2396, which differ for {@code ?query}, for instance.
 *
 * @param scheme null where a reference has none; so for authority, query and fragment
 * @param path may be empty
 */
record UriReference(
    @Nullable String scheme,
    @Nullable String authority,
    String path,
    @Nullable String query,
    @Nullable String fragment) {

  /** Appendix B, with a scheme as in section 3.1. Every string matches. */
  private static final Pattern COMPONENTS =
      Pattern.compile(
          "(?s)(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#(.*))?");

  static UriReference parse(String text) {
    Matcher found = COMPONENTS.matcher(text);
    if (!found.matches()) {
      throw new IllegalArgumentException("not a URI");
    }
    return new UriReference(
        found.group(1), found.group(2), found.group(3), found.group(4), found.group(5));
  }

  /** What a reference means where this is the base (section 5.2.2). */
  UriReference resolve(UriReference reference) {
    String itsScheme = reference.scheme;
    if (itsScheme != null) {
      return reference.on(itsScheme, reference.authority, withoutDots(reference.path));
    }
    if (reference.authority != null) {
      return reference.on(scheme, reference.authority, withoutDots(reference.path));
    }
    if (reference.path.isEmpty()) {
      String itsQuery = reference.query == null ? query : reference.query;
      return new UriReference(scheme, authority, path, itsQuery, reference.fragment);
    }
    String whole = reference.path.startsWith("/") ? reference.path : merged(reference.path);
    return reference.on(scheme, authority, withoutDots(whole));
  }

  private UriReference on(@Nullable String scheme, @Nullable String authority, String path) {
    return new UriReference(scheme, authority, path, query, fragment);
  }

  /** Section 5.2.3. */
  private String merged(String relative) {
    return authority != null && path.isEmpty()
        ? "/" + relative
        : path.substring(0, path.lastIndexOf('/') + 1) + relative;
  }

  /** Section 5.2.4. */
  static String withoutDots(String path) {
    StringBuilder out = new StringBuilder(path.length());
    String in = path;
    while (!in.isEmpty()) {
      if (in.startsWith("../")) {
        in = in.substring(3);
      } else if (in.startsWith("./") || in.startsWith("/./")) {
        in = in.substring(2);
      } else if (in.equals("/.")) {
        in = "/";
      } else if (in.startsWith("/../") || in.equals("/..")) {
        in = "/" + in.substring(Math.min(4, in.length()));
        out.setLength(Math.max(0, out.lastIndexOf("/")));
      } else if (in.equals(".") || in.equals("..")) {
        in = "";
      } else {
        int next = in.indexOf('/', 1);
        int end = next < 0 ? in.length() : next;
        out.append(in, 0, end);
        in = in.substring(end);
      }
    }
    return out.toString();
  }

  /** Section 5.3. */
  @Override
  public String toString() {
    return (scheme == null ? "" : scheme + ":")
        + (authority == null ? "" : "//" + authority)
        + path
        + (query == null ? "" : "?" + query)
        + (fragment == null ? "" : "#" + fragment);
  }
}
