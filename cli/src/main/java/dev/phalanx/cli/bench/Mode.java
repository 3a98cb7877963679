package dev.phalanx.cli.bench;

import java.util.Locale;

/** What is asked of the server. */
public enum Mode {
  /** Each connection sends, and waits for its answers. */
  ECHO("answers"),
  /** One connection publishes, and all the others wait for it. */
  FAN_OUT("deliveries"),
  /** Connections are opened and closed. */
  CONNECT("handshakes"),
  /** Connections are opened and held. */
  IDLE("connections");

  private final String counted;

  Mode(String counted) {
    this.counted = counted;
  }

  /** What is counted, in the plural. */
  String counted() {
    return counted;
  }

  /** Whether messages are sent. */
  public boolean sends() {
    return this == ECHO || this == FAN_OUT;
  }

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
