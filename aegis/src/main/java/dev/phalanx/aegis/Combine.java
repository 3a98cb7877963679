package dev.phalanx.aegis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes one result of several, each of its own type: the functions for {@link
 * ExecutionScope#concurrent} of two to five tasks. They run on the thread that waited.
 */
public final class Combine {
  private Combine() {}

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller put it there
  static <T extends @Nullable Object> T at(List<?> results, int index) {
    return (T) results.get(index);
  }

  /** Of two. */
  @FunctionalInterface
  public interface Two<
      A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object> {
    /** Makes the result. */
    R apply(A a, B b) throws Exception;
  }

  /** Of three. */
  @FunctionalInterface
  public interface Three<
      A extends @Nullable Object,
      B extends @Nullable Object,
      C extends @Nullable Object,
      R extends @Nullable Object> {
    /** Makes the result. */
    R apply(A a, B b, C c) throws Exception;
  }

  /** Of four. */
  @FunctionalInterface
  public interface Four<
      A extends @Nullable Object,
      B extends @Nullable Object,
      C extends @Nullable Object,
      D extends @Nullable Object,
      R extends @Nullable Object> {
    /** Makes the result. */
    R apply(A a, B b, C c, D d) throws Exception;
  }

  /** Of five. */
  @FunctionalInterface
  public interface Five<
      A extends @Nullable Object,
      B extends @Nullable Object,
      C extends @Nullable Object,
      D extends @Nullable Object,
      E extends @Nullable Object,
      R extends @Nullable Object> {
    /** Makes the result. */
    R apply(A a, B b, C c, D d, E e) throws Exception;
  }
}
