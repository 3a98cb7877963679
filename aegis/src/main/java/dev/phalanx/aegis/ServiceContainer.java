package dev.phalanx.aegis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's services. Asking for one that exists takes no lock; the lock serialises making
 * them, so that each is made once, and is held while a constructor or factory runs.
 */
final class ServiceContainer implements ServiceResolver, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Application.class);

  private final Map<Class<?>, Services.Definition> definitions;
  private final Map<Class<?>, Object> made = new ConcurrentHashMap<>();
  private final ReentrantLock making = new ReentrantLock();
  private final Deque<Class<?>> path = new ArrayDeque<>(); // guarded by making
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>(); // guarded by making

  ServiceContainer(Map<Class<?>, Services.Definition> definitions) {
    this.definitions = definitions;
  }

  @Override
  public boolean knows(Class<?> type) {
    return definitions.containsKey(type);
  }

  @Override
  public <T> T resolve(Class<T> type) {
    Object service = made.get(type);
    return type.cast(service != null ? service : make(type));
  }

  private Object make(Class<?> type) {
    making.lock();
    try {
      Object existing = made.get(type);
      if (existing != null) {
        return existing;
      }
      Services.Definition definition = definitions.get(type);
      if (definition == null) {
        throw new ServiceException(
            "No service is registered for " + type.getName() + neededBy(path));
      }
      if (path.contains(type)) {
        throw cycle(type, List.copyOf(path.reversed()));
      }
      path.push(type);
      try {
        Object service = definition.factory().apply(this);
        if (!type.isInstance(service)) {
          throw new ServiceException("The factory of " + type.getName() + " made " + service);
        }
        if (definition.owned() && service instanceof AutoCloseable closeable) {
          closeLater(closeable);
        }
        made.put(type, service);
        return service;
      } finally {
        path.pop();
      }
    } finally {
      making.unlock();
    }
  }

  /** One object may be known by several types: a factory may give another service. */
  @SuppressWarnings("ReferenceEquality") // services may equal each other, and each wants closing
  private void closeLater(AutoCloseable service) {
    if (toClose.stream().noneMatch(known -> known == service)) {
      toClose.push(service);
    }
  }

  /** Finds missing services and cycles among those whose constructors tell what they need. */
  void check() {
    Set<Class<?>> sound = new HashSet<>();
    definitions.keySet().forEach(type -> check(type, new ArrayDeque<>(), sound));
  }

  private void check(Class<?> type, Deque<Class<?>> above, Set<Class<?>> sound) {
    if (sound.contains(type)) {
      return;
    }
    Services.Definition definition = definitions.get(type);
    if (definition == null) {
      throw new ServiceException(
          "No service is registered for " + type.getName() + neededBy(above));
    }
    if (above.contains(type)) {
      throw cycle(type, List.copyOf(above.reversed()));
    }
    Class<?> implementation = definition.implementation();
    if (implementation != null) {
      above.push(type);
      for (Class<?> needed :
          ConstructorInjection.constructorOf(implementation).getParameterTypes()) {
        check(needed, above, sound);
      }
      above.pop();
    }
    sound.add(type);
  }

  private static String neededBy(Deque<Class<?>> path) {
    return path.isEmpty() ? "" : "; it is needed by " + arrows(new ArrayList<>(path.reversed()));
  }

  private static ServiceException cycle(Class<?> type, List<Class<?>> path) {
    List<Class<?>> circle = new ArrayList<>(path.subList(path.indexOf(type), path.size()));
    circle.add(type);
    return new ServiceException("Services need each other in a circle: " + arrows(circle));
  }

  private static String arrows(List<Class<?>> types) {
    return types.stream().map(Class::getName).collect(Collectors.joining(" → "));
  }

  @Override
  public void close() {
    boolean interrupted = false;
    for (AutoCloseable next = nextToClose(); next != null; next = nextToClose()) {
      try {
        next.close();
      } catch (Throwable e) { // an Error, too, must not leave the others open
        log.error("Closing {} failed", next.getClass().getName(), e);
        interrupted |= e instanceof InterruptedException;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable AutoCloseable nextToClose() {
    making.lock();
    try {
      return toClose.poll();
    } finally {
      making.unlock();
    }
  }
}
