package dev.phalanx.aegis;

import org.jspecify.annotations.Nullable;

/**
 * An immutable list of attributes, the newest first. A scope carries a handful, so a walk along the
 * list is cheaper than a map, and an empty list costs nothing.
 */
final class Attributes {
  static final Attributes EMPTY = new Attributes(null, null, null);

  private final @Nullable AttributeKey<?> key;
  private final @Nullable Object value;
  private final @Nullable Attributes older;

  private Attributes(
      @Nullable AttributeKey<?> key, @Nullable Object value, @Nullable Attributes older) {
    this.key = key;
    this.value = value;
    this.older = older;
  }

  <T> Attributes with(AttributeKey<T> newKey, T newValue) {
    return new Attributes(newKey, newValue, this);
  }

  @SuppressWarnings("unchecked") // with() is the only way in, and it pairs key and value by type
  <T> @Nullable T get(AttributeKey<T> wanted) {
    for (Attributes a = this; a != null; a = a.older) {
      if (a.key == wanted) {
        return (T) a.value;
      }
    }
    return null;
  }
}
