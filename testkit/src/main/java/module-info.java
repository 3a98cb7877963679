/**
 * Applications in memory or on a port, conversations with them, faults, and what was left behind.
 */
module dev.phalanx.testkit {
  requires static transitive org.jspecify;
  requires static transitive org.junit.jupiter.api;
  requires transitive dev.phalanx.hermes;
  requires transitive dev.phalanx.hermes.client;
  requires transitive dev.phalanx.stoa;
  requires transitive dev.phalanx.transport.memory;
  requires dev.phalanx.rfc6455;
  requires java.management;
  requires java.net.http;
  requires jdk.management;

  exports dev.phalanx.testkit;
}
