package dev.phalanx.aegis;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ServiceBundle} writes to: services by type, each made once, when first asked for.
 * Registering a type again replaces it. Services that are {@link AutoCloseable} are closed with the
 * application, the last made first, unless they were {@link #instance given}. Not for use by
 * several threads.
 */
public final class Services {
  private final Map<Class<?>, Definition> definitions = new LinkedHashMap<>();

  Services() {}

  /** A class that is constructed by its one constructor, from other services. */
  public <T> Services singleton(Class<T> type) {
    return singleton(type, type);
  }

  /** The same, known by an interface or superclass of it. */
  public <T> Services singleton(Class<T> type, Class<? extends T> implementation) {
    Function<ServiceResolver, Object> factory =
        services -> new ConstructorInjection(services).construct(implementation);
    definitions.put(type, new Definition(factory, implementation, true));
    return this;
  }

  /** A service that a factory makes, from other services. */
  public <T> Services singleton(Class<T> type, Function<ServiceResolver, ? extends T> factory) {
    definitions.put(type, new Definition(factory, null, true));
    return this;
  }

  /** A service that exists already, and stays its owner's to close. */
  public <T> Services instance(Class<T> type, T service) {
    definitions.put(type, new Definition(services -> service, null, false));
    return this;
  }

  Map<Class<?>, Definition> definitions() {
    return Collections.unmodifiableMap(
        new LinkedHashMap<>(definitions)); // messages follow its order
  }

  /**
   * How a service is made.
   *
   * @param implementation the class whose constructor makes it; null for a factory
   * @param owned whether the application closes it
   */
  record Definition(
      Function<ServiceResolver, ?> factory, @Nullable Class<?> implementation, boolean owned) {}
}
