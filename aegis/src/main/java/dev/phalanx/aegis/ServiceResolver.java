package dev.phalanx.aegis;

/** Finds services by type: the application's own, or another container's behind it. Any thread. */
public interface ServiceResolver {
  /**
   * The service of a type; the same object at each call.
   *
   * @throws ServiceException if none is registered, or it can't be constructed
   */
  <T> T resolve(Class<T> type);

  /** Whether {@link #resolve} knows the type. */
  boolean knows(Class<?> type);
}
