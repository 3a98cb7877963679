package dev.phalanx.conformance;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How one case ended: how the peer behaved in it, and how it closed the connection. */
record Outcome(
    @JsonProperty(required = true) Behavior behavior,
    @JsonProperty(required = true) Behavior behaviorClose) {

  boolean isWorseThan(Outcome other) {
    return behavior.compareTo(other.behavior) > 0
        || behaviorClose.compareTo(other.behaviorClose) > 0;
  }

  @Override
  public String toString() {
    return behavior + ", closing " + behaviorClose;
  }
}
