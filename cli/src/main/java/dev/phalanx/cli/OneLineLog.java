package dev.phalanx.cli;

/** Has java.util.logging, which stands behind SLF4J here, write a line an event. */
final class OneLineLog {
  private OneLineLog() {}

  static void install() {
    String format = "java.util.logging.SimpleFormatter.format";
    if (System.getProperty(format) == null) {
      System.setProperty(format, "%1$tF %1$tT.%1$tL %4$s %3$s: %5$s%6$s%n");
    }
  }
}
