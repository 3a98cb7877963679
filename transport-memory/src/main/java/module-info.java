/** A wire in memory, and a clock in the hand. */
module dev.phalanx.transport.memory {
  requires static transitive org.jspecify;
  requires transitive dev.phalanx.http;

  exports dev.phalanx.transport.memory;
}
