package dev.phalanx.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/**
 * An HTTP response. Immutable but for the array of {@link #body()}, which must not be changed.
 * Length and framing are the transport's work: no need for {@code Content-Length}.
 *
 * @param status 100 to 599
 * @param headers its header fields
 * @param body its body; empty where there is none
 */
public record Response(int status, Headers headers, byte[] body) {
  private static final byte[] NOTHING = {};

  /** Checks the status. */
  public Response {
    if (status < 100 || status > 599) {
      throw new IllegalArgumentException("status must be from 100 to 599, not " + status);
    }
    Objects.requireNonNull(headers, "headers");
    Objects.requireNonNull(body, "body");
  }

  /** An empty response of a status. */
  public static Response status(int status) {
    return new Response(status, Headers.empty(), NOTHING);
  }

  /** 200 with plain text. */
  public static Response text(String text) {
    return status(200).withText(text);
  }

  /** 200 with a value as JSON: a record, a bean, a map, a list. */
  public static Response json(Object value) {
    return status(200).withJson(value);
  }

  /** 200 with HTML. */
  public static Response html(String html) {
    return status(200).withBody("text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
  }

  /** An error with its reason as JSON, {@code {"error": …}}: what every refusal here looks like. */
  public static Response error(int status, String reason) {
    return status(status).withJson(Map.of("error", reason));
  }

  /** The same with plain text as its body. */
  public Response withText(String text) {
    return withBody("text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /** The same with a value as JSON as its body. */
  public Response withJson(Object value) {
    return withBody("application/json", Json.write(value));
  }

  /** The same with another body. */
  public Response withBody(String contentType, byte[] bytes) {
    return new Response(status, headers.replacing("Content-Type", contentType), bytes);
  }

  /** The same with one header more. */
  public Response withHeader(String name, String value) {
    return new Response(status, headers.with(name, value), body);
  }

  @Override
  public String toString() {
    return "Response " + status + " (" + body.length + " bytes)";
  }
}
