/** Scopes, tasks and services. */
module dev.phalanx.aegis {
  requires static transitive org.jspecify;
  requires jdk.jfr;
  requires org.slf4j;

  exports dev.phalanx.aegis;
  exports dev.phalanx.aegis.trace;

  uses dev.phalanx.aegis.ServiceBundle;
}
