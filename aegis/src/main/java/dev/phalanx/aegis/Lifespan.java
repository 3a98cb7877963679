package dev.phalanx.aegis;

/** How long a service lives. */
enum Lifespan {
  /** As long as the application. */
  SINGLETON,
  /** As long as the unit of work that asked for it. */
  SCOPED
}
