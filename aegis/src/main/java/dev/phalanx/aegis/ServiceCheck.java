package dev.phalanx.aegis;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds what can't be made, before anything is: missing services, circles, and singletons that need
 * a scoped one, among those whose constructors tell what they need.
 */
final class ServiceCheck {
  private final Map<Class<?>, ServiceDefinition<?>> definitions;
  private final ServiceResolver others;
  private final Set<Class<?>> sound = new HashSet<>();
  private final Deque<Class<?>> path = new ArrayDeque<>();

  ServiceCheck(Map<Class<?>, ServiceDefinition<?>> definitions, ServiceResolver others) {
    this.definitions = definitions;
    this.others = others;
  }

  void run() {
    definitions.keySet().forEach(this::check);
  }

  private void check(Class<?> type) {
    ServiceDefinition<?> definition = definitions.get(type);
    if (definition == null) {
      if (!others.knows(type)) {
        throw ServicePath.missing(type, pathSoFar());
      }
      return;
    }
    if (definition.lifespan() == Lifespan.SCOPED && isNeededByASingleton()) {
      throw ServicePath.captive(type, pathSoFar());
    }
    if (path.contains(type)) {
      throw ServicePath.cycle(type, pathSoFar());
    }
    Class<?> implementation = definition.implementation();
    if (implementation != null && !sound.contains(type)) {
      path.push(type);
      List.of(ConstructorInjection.constructorOf(implementation).getParameterTypes())
          .forEach(this::check);
      path.pop();
    }
    sound.add(type);
  }

  private boolean isNeededByASingleton() {
    ServiceDefinition<?> needing = path.isEmpty() ? null : definitions.get(path.getFirst());
    return needing != null && needing.lifespan() == Lifespan.SINGLETON;
  }

  private List<Class<?>> pathSoFar() {
    return List.copyOf(path.reversed());
  }
}
