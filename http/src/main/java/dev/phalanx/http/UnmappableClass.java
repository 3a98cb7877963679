package dev.phalanx.http;

import java.lang.reflect.InaccessibleObjectException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * A class that no JSON can be mapped to or from, whatever a peer sends: the mistake of whoever
 * wrote the class, or left its package closed.
 */
final class UnmappableClass {
  private UnmappableClass() {}

  /**
   * What is wrong with a class and what to do about it; null if the fault is the JSON's.
   *
   * @param asked the class that was to be read or written, in which the one at fault may stand
   */
  static @Nullable String complaint(JacksonException e, Class<?> asked) {
    if (isAccess(e)) {
      return closed(classOf(e, asked));
    }
    return e instanceof InvalidDefinitionException definition
        ? definition.getType().getTypeName() + ": " + e.getOriginalMessage()
        : null;
  }

  private static boolean isAccess(Throwable e) {
    for (Throwable each = e; each != null; each = each.getCause()) {
      if (each instanceof IllegalAccessException || each instanceof InaccessibleObjectException) {
        return true;
      }
    }
    return false;
  }

  private static Class<?> classOf(JacksonException e, Class<?> asked) {
    if (e instanceof ValueInstantiationException instantiation) {
      return instantiation.getType().getRawClass();
    }
    List<JacksonException.Reference> path = e.getPath();
    Object owner = path.isEmpty() ? null : path.getLast().from();
    if (owner == null) {
      return asked;
    }
    return owner instanceof Class<?> type ? type : owner.getClass();
  }

  private static String closed(Class<?> type) {
    return "%s is in module %s, which must open its package for JSON: add \"opens %s to %s;\" to its module-info.java"
        .formatted(
            type.getName(),
            type.getModule().getName(),
            type.getPackageName(),
            "tools.jackson.databind");
  }
}
