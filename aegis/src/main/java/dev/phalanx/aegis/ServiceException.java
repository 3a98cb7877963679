package dev.phalanx.aegis;

import org.jspecify.annotations.Nullable;

/** A service or handler is missing, or can't be constructed; the message says which and why. */
public final class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message for the developer who wired the application. */
  public ServiceException(String message) {
    this(message, null);
  }

  /** With a message and what a constructor or factory threw. */
  public ServiceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
