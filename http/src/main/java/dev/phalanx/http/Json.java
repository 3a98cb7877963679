package dev.phalanx.http;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** JSON to and from records, beans and collections. Any thread. */
public final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /**
   * A value as JSON, in UTF-8.
   *
   * @throws IllegalArgumentException if the value has no form in JSON
   */
  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(
          "a " + value.getClass().getName() + " can't be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * A value from JSON in UTF-8.
   *
   * @throws JsonException that says what is wrong and where, fit for the one who sent it
   */
  public static <T> T read(byte[] json, Class<T> type) throws JsonException {
    T value;
    try {
      value = MAPPER.readValue(json, type);
    } catch (JacksonException e) {
      throw JsonException.of(e);
    }
    if (value == null) {
      throw new JsonException("JSON expected that is not null");
    }
    return value;
  }
}
