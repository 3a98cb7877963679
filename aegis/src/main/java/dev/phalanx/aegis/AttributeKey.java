package dev.phalanx.aegis;

import java.util.Objects;

/**
 * The name and type of an attribute that travels with a scope or a connection. Two keys are the
 * same attribute only if they are the same object: keep them in constants.
 *
 * @param <T> the type of the value
 */
public final class AttributeKey<T> {
  private final String name;

  private AttributeKey(String name) {
    this.name = name;
  }

  /**
   * A new key.
   *
   * @param name what it is called in messages
   */
  public static <T> AttributeKey<T> of(String name) {
    return new AttributeKey<>(Objects.requireNonNull(name, "name"));
  }

  /** What the attribute is called in messages. */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }
}
