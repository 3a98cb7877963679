package dev.phalanx.aegis;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service that exists, and what is to be done with it at its end. */
final class MadeService<T> {
  private static final Logger log = LoggerFactory.getLogger(Application.class);

  private final ServiceDefinition<T> definition;
  private final T service;
  private final boolean owned;
  private final AtomicBoolean shutDown = new AtomicBoolean();

  /**
   * A service that has been made.
   *
   * @param owned whether it is closed here, if it can be closed
   */
  MadeService(ServiceDefinition<T> definition, T service, boolean owned) {
    this.definition = definition;
    this.service = service;
    this.owned = owned;
  }

  T service() {
    return service;
  }

  Class<T> type() {
    return definition.type();
  }

  /** Runs the hooks of its start; where one fails, it is disposed of. */
  void start() {
    for (ServiceDefinition.Hook<? super T> hook : definition.startup()) {
      try {
        hook.run(service);
      } catch (Throwable e) { // an Error, too, must not leave it open
        dispose();
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        throw new ServiceException("The start of " + type().getName() + " failed", e);
      }
    }
  }

  /** Once. */
  void shutDown() {
    if (shutDown.compareAndSet(false, true)) {
      definition.shutdown().forEach(this::run);
    }
  }

  void dispose() {
    definition.disposal().forEach(this::run);
    if (owned && service instanceof AutoCloseable closeable) {
      run(one -> closeable.close());
    }
  }

  private void run(ServiceDefinition.Hook<? super T> hook) {
    try {
      hook.run(service);
    } catch (Throwable e) { // an Error, too, must not leave the others open
      log.error("Closing {} failed", service.getClass().getName(), e);
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
