package dev.phalanx.aegis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a service is made, started and disposed of; for a {@link ServiceBundle} to describe further
 * what it has registered. Not for use by several threads.
 *
 * <p>Hooks run in the order in which they were added. At the end, first every service's {@link
 * #onShutdown} hooks run, then every service's {@link #onDispose} hooks, each time those of the
 * service made last first; what one throws is logged and stops no other. A service that is {@link
 * AutoCloseable} and was made here is closed after its own hooks.
 *
 * @param <T> the type it is known by
 */
public final class ServiceDefinition<T> extends Services {
  /** Something to be done with a service. */
  @FunctionalInterface
  public interface Hook<T> {
    /** Does it. */
    void run(T service) throws Exception;
  }

  private final Services services;
  private final Class<T> type;
  private final Function<ServiceResolver, ? extends T> factory;
  private final @Nullable Class<?> implementation;
  private final Lifespan lifespan;
  private final boolean owned;
  private final List<Hook<? super T>> startup = new ArrayList<>(0);
  private final List<Hook<? super T>> shutdown = new ArrayList<>(0);
  private final List<Hook<? super T>> disposal = new ArrayList<>(0);
  private boolean eager;

  private ServiceDefinition(
      Services services,
      Class<T> type,
      Function<ServiceResolver, ? extends T> factory,
      @Nullable Class<?> implementation,
      Lifespan lifespan,
      boolean owned) {
    this.services = services;
    this.type = type;
    this.factory = factory;
    this.implementation = implementation;
    this.lifespan = lifespan;
    this.owned = owned;
  }

  static <T> ServiceDefinition<T> constructed(
      Services services, Class<T> type, Class<? extends T> implementation, Lifespan lifespan) {
    Function<ServiceResolver, T> factory =
        others -> ConstructorInjection.construct(implementation, others::resolve);
    return new ServiceDefinition<>(services, type, factory, implementation, lifespan, true);
  }

  static <T> ServiceDefinition<T> made(
      Services services,
      Class<T> type,
      Function<ServiceResolver, ? extends T> factory,
      Lifespan lifespan) {
    return new ServiceDefinition<>(services, type, factory, null, lifespan, true);
  }

  static <T> ServiceDefinition<T> given(Services services, Class<T> type, T service) {
    return new ServiceDefinition<>(
        services, type, others -> service, null, Lifespan.SINGLETON, false);
  }

  /**
   * It is made when the application starts, and not when it is first asked for: what is wrong with
   * it stops the start.
   *
   * @throws IllegalStateException if it is a scoped one
   */
  public ServiceDefinition<T> eager() {
    if (lifespan == Lifespan.SCOPED) {
      throw new IllegalStateException(
          type.getName() + " is scoped, and can't be eager: there is no scope at the start");
    }
    eager = true;
    return this;
  }

  /** It is made when it is first asked for; so it is unless told otherwise. */
  public ServiceDefinition<T> lazy() {
    eager = false;
    return this;
  }

  /** Runs when it has been made, before anybody gets it; if it throws, nobody does. */
  public ServiceDefinition<T> onStartup(Hook<? super T> hook) {
    startup.add(hook);
    return this;
  }

  /** Runs when the end has begun, while all other services still work. */
  public ServiceDefinition<T> onShutdown(Hook<? super T> hook) {
    shutdown.add(hook);
    return this;
  }

  /** Runs at the end, when what was made after it is gone. */
  public ServiceDefinition<T> onDispose(Hook<? super T> hook) {
    disposal.add(hook);
    return this;
  }

  @Override
  <S> ServiceDefinition<S> add(ServiceDefinition<S> definition) {
    return services.add(definition);
  }

  Class<T> type() {
    return type;
  }

  /** The class whose constructor makes it; null where something else does. */
  @Nullable Class<?> implementation() {
    return implementation;
  }

  Lifespan lifespan() {
    return lifespan;
  }

  boolean isEager() {
    return eager;
  }

  boolean isOwned() {
    return owned;
  }

  List<Hook<? super T>> startup() {
    return startup;
  }

  List<Hook<? super T>> shutdown() {
    return shutdown;
  }

  List<Hook<? super T>> disposal() {
    return disposal;
  }

  T make(ServiceResolver others) {
    Object service = factory.apply(others);
    if (!type.isInstance(service)) {
      throw new ServiceException("The factory of " + type.getName() + " made " + service);
    }
    return type.cast(service);
  }
}
