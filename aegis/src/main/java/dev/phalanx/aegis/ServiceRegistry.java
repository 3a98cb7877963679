package dev.phalanx.aegis;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The definitions that were made, in the order in which their types were first registered. */
final class ServiceRegistry extends Services {
  private final Map<Class<?>, ServiceDefinition<?>> definitions = new LinkedHashMap<>();

  @Override
  <T> ServiceDefinition<T> add(ServiceDefinition<T> definition) {
    definitions.put(definition.type(), definition);
    return definition;
  }

  /** What was registered up to now. */
  Map<Class<?>, ServiceDefinition<?>> definitions() {
    return Collections.unmodifiableMap(
        new LinkedHashMap<>(definitions)); // messages follow its order
  }
}
