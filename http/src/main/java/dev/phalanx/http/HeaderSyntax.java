package dev.phalanx.http;

/** What may stand in a header field (RFC 9110, sections 5.1 and 5.5). */
final class HeaderSyntax {
  private static final String TOKEN_SPECIALS = "!#$%&'*+-.^_`|~";

  private HeaderSyntax() {}

  static void checkName(String name) {
    boolean token =
        !name.isEmpty()
            && name.chars().allMatch(c -> isAlphanumeric(c) || TOKEN_SPECIALS.indexOf(c) >= 0);
    if (!token) {
      throw new IllegalArgumentException("not the name of a header: \"" + printable(name) + "\"");
    }
  }

  static void checkValue(String name, String value) {
    if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f || c > 0xff)) {
      throw new IllegalArgumentException(
          "the value of header " + name + " has a character that no header may have");
    }
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static String printable(String name) {
    return name.replaceAll("[^ -~]", "?");
  }
}
