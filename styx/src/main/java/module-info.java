/** Bounded channels. */
module dev.phalanx.styx {
  requires static transitive org.jspecify;

  exports dev.phalanx.styx;
}
