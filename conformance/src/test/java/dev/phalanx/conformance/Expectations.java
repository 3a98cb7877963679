package dev.phalanx.conformance;

import java.nio.file.Path;

/** How each case is expected to end, in either role, as committed. */
enum Expectations {
  /** Groups 1 to 7, 9 and 10. */
  PROTOCOL("protocol.json"),
  /** Groups 12 and 13. */
  COMPRESSION("compression.json");

  private final String name;

  Expectations(String name) {
    this.name = name;
  }

  Path file() {
    return Autobahn.MODULE.resolve("src/test/resources/expectations").resolve(name);
  }

  Outcomes outcomes() {
    return Outcomes.expected(file());
  }
}
