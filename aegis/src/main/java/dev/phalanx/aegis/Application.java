package dev.phalanx.aegis;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/**
 * The long-lived whole: its services, and the scopes that are opened in it. Any thread.
 *
 * <pre>{@code
 * Application app = Application.starting()
 *     .providers(services -> services.singleton(MessageRepository.class))
 *     .compile();
 * }</pre>
 */
public final class Application implements AutoCloseable {
  private final ServiceContainer services;
  private final HandlerResolver handlers;
  private final TimeSource time;

  private Application(ServiceContainer services, TimeSource time) {
    this.services = services;
    this.handlers = new ConstructorInjection(services);
    this.time = time;
  }

  /** Begins to describe an application. */
  public static Builder starting() {
    return new Builder();
  }

  /**
   * A service.
   *
   * @throws ServiceException if none is registered for the type, or it can't be constructed
   */
  public <T> T service(Class<T> type) {
    return services.resolve(type);
  }

  /** What makes handlers, with the application's services in their constructors. */
  public HandlerResolver handlers() {
    return handlers;
  }

  /** The clock of its scopes. */
  public TimeSource time() {
    return time;
  }

  /**
   * Opens a scope for a unit of work; the caller closes it.
   *
   * @param name what it is called in logs and thread names
   */
  public OwnedScope openScope(String name) {
    return new LiveScope(new Lifetime(name, services, time), Attributes.EMPTY, null);
  }

  /** Closes the services that were made here, the last made first. Idempotent. */
  @Override
  public void close() {
    services.close();
  }

  /** Describes an application. Not for use by several threads. */
  public static final class Builder {
    private final List<ServiceBundle> bundles = new ArrayList<>();
    private TimeSource time = TimeSource.system();

    private Builder() {}

    /** Adds services; a later bundle may replace what an earlier one registered. */
    public Builder providers(ServiceBundle... more) {
      bundles.addAll(List.of(more));
      return this;
    }

    /** Replaces the system's clock: for tests. */
    public Builder time(TimeSource source) {
      time = source;
      return this;
    }

    /**
     * Reads all bundles and checks that what they describe can be made.
     *
     * @throws ServiceException if a constructor needs a service that is missing, or services need
     *     each other in a circle; the message prints the path
     */
    public Application compile() {
      Services services = new Services();
      ServiceLoader.load(ServiceBundle.class).forEach(bundle -> bundle.register(services));
      bundles.forEach(bundle -> bundle.register(services));
      ServiceContainer container = new ServiceContainer(services.definitions());
      container.check();
      return new Application(container, time);
    }
  }
}
