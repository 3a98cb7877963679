package dev.phalanx.aegis;

import dev.phalanx.aegis.trace.Trace;
import dev.phalanx.aegis.trace.TraceEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Predicate;

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
  private final Environment environment;
  private final HandlerResolver handlers;
  private volatile boolean closed;

  private Application(Environment environment, HandlerResolver handlers) {
    this.environment = environment;
    this.handlers = handlers;
  }

  /** Begins to describe an application. */
  public static Builder starting() {
    return new Builder();
  }

  /**
   * Makes the {@linkplain ServiceDefinition#eager eager} services; a server does it before it
   * listens. Idempotent.
   *
   * @throws ServiceException if one of them can't be made, or its start failed
   * @throws IllegalStateException if the application is closed
   */
  public void startup() {
    if (closed) {
      throw new IllegalStateException(
          "the application is closed and can't be started again: compile another one");
    }
    environment.services().makeEager();
  }

  /**
   * A service that lives as long as the application.
   *
   * @throws ServiceException if none is registered for the type, or it can't be constructed, or it
   *     is {@linkplain Services#scoped scoped}: those are a scope's to give
   */
  public <T> T service(Class<T> type) {
    if (environment.isScoped(type)) {
      throw new ServiceException(type.getName() + " is scoped: ask a scope for it");
    }
    return environment.services().resolve(type);
  }

  /** Whether {@link #service} can be asked for this type. */
  public boolean knows(Class<?> type) {
    return !environment.isScoped(type) && environment.services().knows(type);
  }

  /** What makes handlers, with services in their constructors. */
  public HandlerResolver handlers() {
    return handlers;
  }

  /** The clock of its scopes. */
  public TimeSource time() {
    return environment.time();
  }

  /**
   * Opens a scope for a unit of work; the caller closes it.
   *
   * @param name what it is called in logs and thread names
   */
  public OwnedScope openScope(String name) {
    return new LiveScope(new Lifetime(name, environment), Context.EMPTY, null);
  }

  /** How many tasks several wait for. */
  int flights() {
    return environment.flights().size();
  }

  /**
   * Shuts down, then disposes of, the services that were made here, the last made first, and lets
   * the workers go. For when its scopes have ended. Idempotent.
   */
  @Override
  public void close() {
    closed = true;
    environment.services().close();
    environment.workers().close();
  }

  /** Describes an application. Not for use by several threads. */
  public static final class Builder {
    private final List<ServiceBundle> bundles = new ArrayList<>();
    private ServiceResolver others = NoServices.INSTANCE;
    private TimeSource time = TimeSource.system();
    private Trace trace = Trace.off();

    private Builder() {}

    /** Adds services; a later bundle may replace what an earlier one registered. */
    public Builder providers(ServiceBundle... more) {
      bundles.addAll(List.of(more));
      return this;
    }

    /**
     * Another container (Spring's, Guice's…) that is asked for what is not registered here. What it
     * gives stays its own to start and to close.
     */
    public Builder servicesFrom(ServiceResolver container) {
      others = container;
      return this;
    }

    /** Replaces the system's clock: for tests. */
    public Builder time(TimeSource source) {
      time = source;
      return this;
    }

    /** Listens to what happens in the application's scopes; nobody does unless told to. */
    public Builder trace(Trace listener) {
      trace = listener;
      return this;
    }

    /**
     * Reads all bundles and checks that what they describe can be made.
     *
     * @throws ServiceException if a constructor needs a service that is missing, or a singleton's a
     *     scoped one, or services need each other in a circle; the message prints the path
     */
    public Application compile() {
      ServiceRegistry services = new ServiceRegistry();
      ServiceLoader.load(ServiceBundle.class).forEach(bundle -> bundle.register(services));
      bundles.forEach(bundle -> bundle.register(services));
      var definitions = services.definitions();
      new ServiceCheck(definitions, others).run();
      Predicate<Class<?>> known = type -> definitions.containsKey(type) || others.knows(type);
      return new Application(environment(definitions), new InjectedHandlers(known));
    }

    private Environment environment(Map<Class<?>, ServiceDefinition<?>> definitions) {
      Trace listener = trace;
      ServiceStore.SpanSource spans =
          (TraceEvent.Kind kind, String what, int depth) -> Span.begin(listener, kind, what, depth);
      ServiceStore store = new ServiceStore(definitions, Lifespan.SINGLETON, others, spans);
      return new Environment(definitions, store, time, new Flights(), new Workers(), listener);
    }
  }
}
