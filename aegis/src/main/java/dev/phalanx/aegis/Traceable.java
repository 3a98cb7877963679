package dev.phalanx.aegis;

/** A task that has a name: in traces, thread names and messages. */
public interface Traceable {
  /** The name. */
  String traceName();
}
