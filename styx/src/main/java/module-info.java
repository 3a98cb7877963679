/** Bounded channels and streams. */
module dev.phalanx.styx {
  requires transitive dev.phalanx.aegis;
  requires static transitive org.jspecify;

  exports dev.phalanx.styx;
}
