package dev.phalanx.stress;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.OwnedScope;

/**
 * Scopes of one application: a state is made millions of times, and an application is not cheap.
 */
final class Scopes {
  private static final Application APPLICATION = Application.starting().compile();

  private Scopes() {}

  static OwnedScope open() {
    return APPLICATION.openScope("stress");
  }
}
