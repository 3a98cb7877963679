package dev.phalanx.aegis;

import java.util.function.Predicate;

/** Makes handlers by their one constructor, from the services of their scope. */
record InjectedHandlers(Predicate<Class<?>> known) implements HandlerResolver {
  @Override
  public <T> T construct(Class<T> type, Scope scope) {
    return ConstructorInjection.construct(type, scope::service);
  }

  @Override
  public void check(Class<?> type) {
    for (Class<?> needed : ConstructorInjection.constructorOf(type).getParameterTypes()) {
      if (!known.test(needed)) {
        throw new ServiceException(
            "The constructor of %s needs a %s, and no such service is registered"
                .formatted(type.getName(), needed.getName()));
      }
    }
  }
}
