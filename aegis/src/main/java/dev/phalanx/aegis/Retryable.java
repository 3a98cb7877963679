package dev.phalanx.aegis;

/** A task that may be run again when it fails, as with {@link ExecutionScope#retry}. */
public interface Retryable {
  /** How often, and after which delays. */
  RetryPolicy retryPolicy();
}
