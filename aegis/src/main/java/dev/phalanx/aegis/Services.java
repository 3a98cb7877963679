package dev.phalanx.aegis;

import java.util.function.Function;

/**
 * What a {@link ServiceBundle} writes to: services by type. Registering a type again replaces it.
 * Each method gives the definition it has made, which can be described further, and followed by the
 * next one. Not for use by several threads.
 *
 * <pre>{@code
 * services
 *     .singleton(Database.class, PostgresDatabase.class).eager().onShutdown(Database::drain)
 *     .scoped(UnitOfWork.class)
 *     .instance(Clock.class, Clock.systemUTC());
 * }</pre>
 */
public abstract sealed class Services permits ServiceRegistry, ServiceDefinition {
  Services() {}

  /** A class that is constructed once, by its one constructor, from other services. */
  public <T> ServiceDefinition<T> singleton(Class<T> type) {
    return singleton(type, type);
  }

  /** The same, known by an interface or superclass of it. */
  public <T> ServiceDefinition<T> singleton(Class<T> type, Class<? extends T> implementation) {
    return add(ServiceDefinition.constructed(this, type, implementation, Lifespan.SINGLETON));
  }

  /** A service that a factory makes once, from other services. */
  public <T> ServiceDefinition<T> singleton(
      Class<T> type, Function<ServiceResolver, ? extends T> factory) {
    return add(ServiceDefinition.made(this, type, factory, Lifespan.SINGLETON));
  }

  /**
   * A class that is constructed once for each unit of work that asks for it (a request, a
   * connection), and disposed of with it. It may need singletons; a singleton can't need it.
   */
  public <T> ServiceDefinition<T> scoped(Class<T> type) {
    return scoped(type, type);
  }

  /** The same, known by an interface or superclass of it. */
  public <T> ServiceDefinition<T> scoped(Class<T> type, Class<? extends T> implementation) {
    return add(ServiceDefinition.constructed(this, type, implementation, Lifespan.SCOPED));
  }

  /** A service that a factory makes once for each unit of work that asks for it. */
  public <T> ServiceDefinition<T> scoped(
      Class<T> type, Function<ServiceResolver, ? extends T> factory) {
    return add(ServiceDefinition.made(this, type, factory, Lifespan.SCOPED));
  }

  /** A service that exists already, and stays its owner's to close. */
  public <T> ServiceDefinition<T> instance(Class<T> type, T service) {
    return add(ServiceDefinition.given(this, type, service));
  }

  abstract <T> ServiceDefinition<T> add(ServiceDefinition<T> definition);
}
