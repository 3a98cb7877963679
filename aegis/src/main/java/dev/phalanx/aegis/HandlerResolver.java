package dev.phalanx.aegis;

/** Makes handlers: a new object at each call, with its constructor's parameters filled in. */
public interface HandlerResolver {
  /**
   * Constructs a handler. Any thread.
   *
   * @param scope the unit of work that it is for: its scoped services are the handler's
   * @throws ServiceException if it can't be constructed, or its constructor threw
   */
  <T> T construct(Class<T> type, Scope scope);

  /**
   * Finds out, at start-up, whether {@link #construct} can work.
   *
   * @throws ServiceException that says why not, and what to do
   */
  void check(Class<?> type);
}
