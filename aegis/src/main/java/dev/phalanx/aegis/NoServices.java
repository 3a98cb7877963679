package dev.phalanx.aegis;

/** Knows nothing: what stands behind an application that has no other container. */
enum NoServices implements ServiceResolver {
  INSTANCE;

  @Override
  public <T> T resolve(Class<T> type) {
    throw ServicePath.missing(type, java.util.List.of());
  }

  @Override
  public boolean knows(Class<?> type) {
    return false;
  }
}
