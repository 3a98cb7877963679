/** Scopes, tasks and services. */
module dev.phalanx.aegis {
  requires static transitive org.jspecify;
  requires org.slf4j;

  exports dev.phalanx.aegis;

  uses dev.phalanx.aegis.ServiceBundle;
}
