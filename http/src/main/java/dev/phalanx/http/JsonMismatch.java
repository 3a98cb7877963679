package dev.phalanx.http;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/** Words for JSON that doesn't fit: its place, what is expected there, and what was found. */
final class JsonMismatch {
  private JsonMismatch() {}

  /** The place, as in {@code JSON field "guests[1].name"}. */
  static String place(JacksonException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference step : e.getPath()) {
      String name = step.getPropertyName();
      if (name == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(printable(name));
      }
    }
    return path.isEmpty() ? "JSON" : "JSON field \"" + path + "\"";
  }

  /** The names in a map are the sender's own: nothing of them may break a line of the log. */
  private static String printable(String name) {
    return name.chars()
        .limit(64)
        .mapToObj(c -> Character.isISOControl(c) ? "?" : Character.toString(c))
        .collect(Collectors.joining());
  }

  /** What a Java type is in JSON. Only the JDK's own types are named. */
  static String expected(Class<?> type) {
    if (isIntegral(type)) {
      return "a whole number";
    }
    if (isFraction(type)) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(constant -> '"' + ((Enum<?>) constant).name() + '"')
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (CharSequence.class.isAssignableFrom(type) || type == char.class) {
      return "text";
    }
    if (type.isArray() || Iterable.class.isAssignableFrom(type)) {
      return "a list";
    }
    boolean scalarOfJdk =
        type.getModule() == Object.class.getModule() && !Map.class.isAssignableFrom(type);
    return scalarOfJdk ? "text for a " + type.getSimpleName() : "an object";
  }

  private static boolean isIntegral(Class<?> type) {
    return type == int.class
        || type == long.class
        || type == short.class
        || type == byte.class
        || type == Integer.class
        || type == Long.class
        || type == Short.class
        || type == Byte.class
        || type == java.math.BigInteger.class;
  }

  private static boolean isFraction(Class<?> type) {
    return type == double.class || type == float.class || Number.class.isAssignableFrom(type);
  }

  /** What was found; text that has to be something more is called that. */
  static String found(@Nullable JsonToken token, Class<?> expected) {
    return switch (token) {
      case START_OBJECT, PROPERTY_NAME, END_OBJECT -> "an object";
      case START_ARRAY, END_ARRAY -> "a list";
      case VALUE_STRING -> isMoreThanText(expected) ? "this text" : "text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "this number";
      case VALUE_TRUE -> "true";
      case VALUE_FALSE -> "false";
      case VALUE_NULL -> "null";
      case null, default -> "nothing";
    };
  }

  private static boolean isMoreThanText(Class<?> expected) {
    return expected(expected).startsWith("text for") || expected.isEnum();
  }
}
