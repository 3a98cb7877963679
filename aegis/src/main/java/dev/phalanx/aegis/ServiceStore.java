package dev.phalanx.aegis;

import dev.phalanx.aegis.trace.TraceEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The services of one lifespan: the application's, or a unit of work's. Asking for one that exists
 * takes no lock; the lock serialises making them, so that each is made once, and is held while a
 * constructor, a factory or a hook of the start runs. A unit's lock comes before the application's,
 * never after.
 */
final class ServiceStore implements ServiceResolver, AutoCloseable {
  private final Map<Class<?>, ServiceDefinition<?>> definitions;
  private final Lifespan lifespan;
  private final ServiceResolver others;
  private final SpanSource spans;
  private final Map<Class<?>, Object> services = new ConcurrentHashMap<>();
  private final ReentrantLock making = new ReentrantLock();
  private final Deque<Class<?>> path = new ArrayDeque<>(2); // guarded by making
  private final Deque<MadeService<?>> made = new ArrayDeque<>(2); // guarded by making
  private boolean closed; // guarded by making

  /** Where the spans of starts and stops belong. */
  @FunctionalInterface
  interface SpanSource {
    Span begin(TraceEvent.Kind kind, String what, int depth);
  }

  /**
   * A store without a service yet.
   *
   * @param others where services of another lifespan, or unknown here, come from
   */
  ServiceStore(
      Map<Class<?>, ServiceDefinition<?>> definitions,
      Lifespan lifespan,
      ServiceResolver others,
      SpanSource spans) {
    this.definitions = definitions;
    this.lifespan = lifespan;
    this.others = others;
    this.spans = spans;
  }

  @Override
  public boolean knows(Class<?> type) {
    ServiceDefinition<?> definition = definitions.get(type);
    return (definition != null && definition.lifespan() == lifespan) || others.knows(type);
  }

  @Override
  public <T> T resolve(Class<T> type) {
    Object service = services.get(type);
    if (service != null) {
      return type.cast(service);
    }
    ServiceDefinition<?> definition = definitions.get(type);
    return definition != null && definition.lifespan() == lifespan
        ? type.cast(make(definition))
        : ask(type);
  }

  private <T> T ask(Class<T> type) {
    if (others.knows(type)) {
      return others.resolve(type);
    }
    throw definitions.containsKey(type)
        ? ServicePath.captive(type, pathSoFar())
        : ServicePath.missing(type, pathSoFar());
  }

  private List<Class<?>> pathSoFar() {
    return making.isHeldByCurrentThread() ? List.copyOf(path.reversed()) : List.of();
  }

  private Object make(ServiceDefinition<?> definition) {
    Class<?> type = definition.type();
    making.lock();
    try {
      Object existing = services.get(type);
      if (existing != null) {
        return existing;
      }
      if (closed) {
        throw new ServiceException(type.getName() + " is asked for too late: its scope has ended");
      }
      if (path.contains(type)) {
        throw ServicePath.cycle(type, List.copyOf(path.reversed()));
      }
      path.push(type);
      try {
        return start(definition);
      } finally {
        path.pop();
      }
    } finally {
      making.unlock();
    }
  }

  private <T> T start(ServiceDefinition<T> definition) {
    String name = definition.type().getSimpleName();
    Span span = spans.begin(TraceEvent.Kind.SERVICE_START, name, path.size());
    try {
      return keep(definition, definition.make(this));
    } catch (Throwable e) { // looked at, and passed on
      span.failed(e);
      throw e;
    } finally {
      span.end();
    }
  }

  /** One object may be known by several types: a factory may give another service. */
  @SuppressWarnings("ReferenceEquality") // services may equal each other, and each wants closing
  private <T> T keep(ServiceDefinition<T> definition, T service) {
    boolean known = made.stream().anyMatch(other -> other.service() == service);
    MadeService<T> kept = new MadeService<>(definition, service, definition.isOwned() && !known);
    kept.start();
    made.push(kept);
    services.put(definition.type(), service);
    return service;
  }

  /** Makes those that don't wait until they are asked for, in their order. */
  void makeEager() {
    definitions.values().stream()
        .filter(ServiceDefinition::isEager)
        .forEach(definition -> resolve(definition.type()));
  }

  /**
   * Shuts down, then disposes of, what was made: the last made first. What is made meanwhile, since
   * somebody needs it in order to end, is shut down and disposed of at once. Idempotent.
   */
  @Override
  public void close() {
    allMade().forEach(MadeService::shutDown);
    for (MadeService<?> next = poll(); next != null; next = poll()) {
      next.shutDown();
      dispose(next);
    }
  }

  private List<MadeService<?>> allMade() {
    making.lock();
    try {
      return List.copyOf(made);
    } finally {
      making.unlock();
    }
  }

  private @Nullable MadeService<?> poll() {
    making.lock();
    try {
      closed = made.isEmpty();
      return made.poll();
    } finally {
      making.unlock();
    }
  }

  private void dispose(MadeService<?> service) {
    Span span = spans.begin(TraceEvent.Kind.SERVICE_STOP, service.type().getSimpleName(), 1);
    service.dispose();
    span.end();
  }
}
