package dev.phalanx.http;

/** What may stand in a header field (RFC 9110, sections 5.1 and 5.5). */
final class HeaderSyntax {
  private static final String TOKEN_SPECIALS = "!#$%&'*+-.^_`|~";

  private HeaderSyntax() {}

  static void checkName(String name) {
    if (!isToken(name)) {
      throw new IllegalArgumentException("not the name of a header: \"" + printable(name) + "\"");
    }
  }

  static void checkValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException(
            "the value of header " + name + " has a character that no header may have");
      }
    }
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isAlphanumeric(c) && TOKEN_SPECIALS.indexOf(c) < 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static String printable(String name) {
    return name.replaceAll("[^ -~]", "?");
  }
}
