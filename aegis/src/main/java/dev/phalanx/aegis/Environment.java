package dev.phalanx.aegis;

import dev.phalanx.aegis.trace.Trace;
import java.util.Map;

/**
 * What all scopes of one application share.
 *
 * @param definitions of all services, whichever their lifespan
 * @param services those that live as long as the application
 */
record Environment(
    Map<Class<?>, ServiceDefinition<?>> definitions,
    ServiceStore services,
    TimeSource time,
    Flights flights,
    Workers workers,
    Trace trace) {
  Environment {
    Listening.to(trace);
  }

  boolean isScoped(Class<?> type) {
    ServiceDefinition<?> definition = definitions.get(type);
    return definition != null && definition.lifespan() == Lifespan.SCOPED;
  }
}
