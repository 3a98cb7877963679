package dev.phalanx.http;

import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;

/** JSON that is malformed, or not of the expected shape. The message is fit for its sender. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1;

  JsonException(String message) {
    super(message, null, false, false);
  }

  /**
   * Says what is wrong and where, without the names of our classes that Jackson's messages have.
   */
  static JsonException of(JacksonException e) {
    TokenStreamLocation at = e.getLocation();
    String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    String field =
        e.getPath().stream()
            .map(step ->
                step.getPropertyName() == null
                    ? "[" + step.getIndex() + "]"
                    : step.getPropertyName())
            .collect(Collectors.joining("."));
    if (e instanceof tools.jackson.core.exc.StreamReadException) {
      return new JsonException("malformed JSON" + where);
    }
    return new JsonException(
        field.isEmpty()
            ? "JSON of another shape than expected" + where
            : "JSON field \"" + field + "\" is missing, unknown or of another type" + where);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
