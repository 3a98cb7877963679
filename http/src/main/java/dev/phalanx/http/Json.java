package dev.phalanx.http;

import java.lang.reflect.Type;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** JSON to and from records, beans and collections; types are not guessed. Any thread. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              // UTF-8 alone: what the first bytes look like decides nothing
              JsonFactory.builder().disable(TokenStreamFactory.Feature.CHARSET_DETECTION).build())
          // {"name": 3} is not what {"name": "3"} is
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS) // looked for in read()
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
          .build();

  private Json() {}

  /**
   * A value as JSON, in UTF-8.
   *
   * @throws IllegalArgumentException if the value has no form in JSON, or its class is in a package
   *     that isn't open; the message says what to do
   */
  public static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JacksonException e) {
      String complaint = UnmappableClass.complaint(e, value.getClass());
      throw new IllegalArgumentException(
          "a "
              + value.getClass().getName()
              + " can't be written as JSON: "
              + (complaint == null ? e.getOriginalMessage() : complaint),
          e);
    }
  }

  /**
   * A value from JSON in UTF-8.
   *
   * @throws JsonException that says what is wrong and where, fit for the one who sent it
   * @throws IllegalArgumentException if it is the class that is wrong: no JSON can be read as one,
   *     or it is in a package that isn't open; the message says what to do
   */
  public static <T> T read(byte[] json, Class<T> type) throws JsonException {
    return read(json, type, parser -> MAPPER.readValue(parser, type));
  }

  /**
   * The same for a type with parameters: {@code new JsonType<List<Guest>>() {}}.
   *
   * @throws JsonException as for a class
   * @throws IllegalArgumentException as for a class
   */
  public static <T> T read(byte[] json, JsonType<T> type) throws JsonException {
    return read(
        json, type.type(), parser -> MAPPER.readValue(parser, MAPPER.constructType(type.type())));
  }

  private static <T> T read(byte[] json, Type type, Function<JsonParser, @Nullable T> mapping)
      throws JsonException {
    @Nullable T value;
    @Nullable JsonToken last = null;
    try (JsonParser parser = MAPPER.createParser(json)) {
      try {
        value = mapping.apply(parser);
        if (parser.nextToken() != null) {
          throw new JsonException("malformed JSON: more than one value");
        }
      } finally {
        last = parser.currentToken();
      }
    } catch (JacksonException e) {
      String complaint = UnmappableClass.complaint(e, MAPPER.constructType(type).getRawClass());
      if (complaint != null) {
        throw new IllegalArgumentException(
            "a " + type.getTypeName() + " can't be read from JSON: " + complaint, e);
      }
      throw JsonException.of(e, last);
    }
    if (value == null) {
      throw new JsonException("JSON expected that is not null");
    }
    return value;
  }
}
