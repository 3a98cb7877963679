package dev.phalanx.aegis.trace;

/** Listens to nothing. */
enum NoTrace implements Trace {
  INSTANCE;

  @Override
  public void event(TraceEvent event) {}

  @Override
  public boolean isOn() {
    return false;
  }
}
