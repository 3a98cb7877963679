package dev.phalanx.aegis;

/**
 * Registers services. Bundles found by {@link java.util.ServiceLoader} are read first, so that a
 * module brings its services along unasked; those given to {@link Application.Builder#providers}
 * may replace them.
 */
@FunctionalInterface
public interface ServiceBundle {
  /** Registers services; called once, when the application is compiled. */
  void register(Services services);
}
