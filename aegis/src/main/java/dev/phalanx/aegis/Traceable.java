package dev.phalanx.aegis;

/** A task that has a name: in traces and messages, and in the name of its scope. */
public interface Traceable {
  /** The name. */
  String traceName();
}
