package dev.phalanx.http;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A type with parameters, to read JSON as: {@code new JsonType<List<Guest>>() {}}. The braces make
 * a subclass, which knows its parameter at run time. Immutable.
 *
 * @param <T> the type
 */
public abstract class JsonType<T> {
  private final Type type;

  /**
   * The type that the subclass names.
   *
   * @throws IllegalStateException if it names none: {@code new JsonType() {}}
   */
  protected JsonType() {
    if (!(getClass().getGenericSuperclass() instanceof ParameterizedType named)) {
      throw new IllegalStateException("write the type: new JsonType<List<String>>() {}");
    }
    this.type = named.getActualTypeArguments()[0];
  }

  Type type() {
    return type;
  }

  @Override
  public String toString() {
    return type.getTypeName();
  }
}
