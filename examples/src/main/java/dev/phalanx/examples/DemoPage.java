package dev.phalanx.examples;

import dev.phalanx.http.HttpHandler;
import dev.phalanx.http.RequestScope;
import dev.phalanx.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** {@code GET /}: one page, from the jar. */
final class DemoPage implements HttpHandler {
  private final String html = read("demo.html");

  @Override
  public Response handle(RequestScope scope) {
    return Response.html(html).withHeader("Cache-Control", "no-cache");
  }

  private static String read(String name) {
    try (InputStream in = DemoPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
