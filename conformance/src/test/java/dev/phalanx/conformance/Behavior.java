package dev.phalanx.conformance;

import com.fasterxml.jackson.annotation.JsonValue;

/** The suite's words for how a peer behaved, from best to worst. */
enum Behavior {
  OK("OK"),
  /** The suite itself has no right answer. */
  INFORMATIONAL("INFORMATIONAL"),
  NON_STRICT("NON-STRICT"),
  UNIMPLEMENTED("UNIMPLEMENTED"),
  /** The suite had to drop the TCP connection, since the server didn't. */
  FAILED_BY_CLIENT("FAILED BY CLIENT"),
  UNCLEAN("UNCLEAN"),
  WRONG_CODE("WRONG CODE"),
  FAILED("FAILED");

  private final String text;

  Behavior(String text) {
    this.text = text;
  }

  @JsonValue
  @Override
  public String toString() {
    return text;
  }
}
