package dev.phalanx.transport;

/** The name of the module's one logger. */
final class LoggerName {
  static final String TRANSPORT = "dev.phalanx.transport";

  private LoggerName() {}
}
