package dev.phalanx.http;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.PropertyBindingException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** JSON that is malformed, or not of the expected shape. The message is fit for its sender. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1;

  JsonException(String message) {
    super(message, null, false, false);
  }

  /**
   * Says what is wrong and where, without the names of our classes that Jackson's messages have,
   * and without the values that the sender chose.
   *
   * @param found the token that did not fit; null if there was none
   */
  static JsonException of(JacksonException e, @Nullable JsonToken found) {
    TokenStreamLocation at = e.getLocation();
    String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    if (e instanceof StreamReadException && !(e instanceof InputCoercionException)) {
      return new JsonException("malformed JSON" + where);
    }
    return new JsonException(JsonMismatch.place(e) + ": " + complaint(e, found) + where);
  }

  private static String complaint(JacksonException e, @Nullable JsonToken found) {
    return switch (e) {
      case InputCoercionException range ->
          JsonMismatch.expected(range.getTargetType()) + " is expected, and this one is too large";
      case StreamConstraintsException excess ->
          "it is nested too deeply, or a name or a value is too long";
      case PropertyBindingException unknown -> "nothing of this name is expected";
      case ValueInstantiationException refused
          when refused.getCause() instanceof IllegalArgumentException reason
              && reason.getMessage() != null ->
          reason.getMessage();
      case MismatchedInputException other when other.getTargetType() != null ->
          JsonMismatch.expected(other.getTargetType())
              + " is expected, not "
              + JsonMismatch.found(found, other.getTargetType());
      default -> "a value of another kind is expected";
    };
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
