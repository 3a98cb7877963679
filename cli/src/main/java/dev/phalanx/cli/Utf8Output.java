package dev.phalanx.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;

/**
 * Prints UTF-8, which is what messages are, whatever the locale: in the locale {@code C}, as
 * containers and cron have it, the JDK would print a question mark for each letter beyond ASCII.
 */
final class Utf8Output {
  private Utf8Output() {}

  /** An encoding that the user chose, as in {@code -Dstdout.encoding=ISO-8859-1}, stays. */
  static void install() {
    if (replaced("stdout.encoding")) {
      System.setOut(new PrintStream(System.out, true, UTF_8));
    }
    if (replaced("stderr.encoding")) {
      System.setErr(new PrintStream(System.err, true, UTF_8));
    }
  }

  /**
   * Sets a property to UTF-8, where the JDK took it from the locale; the line editor asks for it.
   */
  private static boolean replaced(String property) {
    String locale = System.getProperty("native.encoding", "");
    if (!locale.equals(System.getProperty(property))) {
      return false;
    }
    System.setProperty(property, UTF_8.name());
    return true;
  }
}
