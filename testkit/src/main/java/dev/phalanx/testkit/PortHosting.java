package dev.phalanx.testkit;

import dev.phalanx.aegis.Application;
import dev.phalanx.aegis.ServiceBundle;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.client.WsClient;
import dev.phalanx.hermes.client.WsClientConfig;
import dev.phalanx.hermes.client.WsHandshakeException;
import dev.phalanx.http.Headers;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.stoa.Runner;
import dev.phalanx.stoa.RunningServer;
import dev.phalanx.transport.BufferWatch;
import dev.phalanx.transport.HttpServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** On a free port of this machine. */
final class PortHosting implements Hosting {
  private static final String LOCALHOST = "127.0.0.1";

  private final Application application;
  private final RunningServer server;

  private PortHosting(Application application, RunningServer server) {
    this.application = application;
    this.server = server;
  }

  static PortHosting start(UnaryOperator<Runner> routes, ServiceBundle... services) {
    BufferWatch.begin();
    BufferWatch.reported(); // of whoever was before
    Application application = Application.starting().providers(services).compile();
    boolean started = false;
    try {
      HttpServerConfig config = HttpServerConfig.defaults().withAllowedHosts("*");
      Runner runner = Runner.from(application).withConfig(config);
      RunningServer server = routes.apply(runner).start(LOCALHOST, 0);
      started = true;
      return new PortHosting(application, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (!started) {
        application.close();
      }
    }
  }

  @Override
  public Application application() {
    return application;
  }

  @Override
  public RunningServer server() {
    return server;
  }

  @Override
  public String authority() {
    return LOCALHOST + ":" + server.port();
  }

  @Override
  public WsClient newClient() {
    return WsClient.create(1, application);
  }

  @Override
  public Response ask(Request request) {
    HttpRequest.Builder asking =
        HttpRequest.newBuilder(URI.create("http://" + authority() + request.target()))
            .timeout(World.PATIENCE)
            .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
    Set<String> own = Set.of("host", "connection", "upgrade", "content-length");
    request
        .headers()
        .forEach((name, value) -> {
          if (!own.contains(name.toLowerCase(Locale.ROOT))) {
            asking.header(name, value);
          }
        });
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer = client.send(asking.build(), BodyHandlers.ofByteArray());
      Headers.Builder headers = new Headers.Builder();
      answer.headers().map().forEach((name, values) -> values.forEach(v -> headers.add(name, v)));
      return new Response(answer.statusCode(), headers.build(), answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for an answer", e);
    }
  }

  @Override
  public Response askToOpen(String path, String... headers) {
    WsClientConfig config = WsClientConfig.defaults();
    for (int i = 0; i < headers.length; i += 2) {
      config = config.withHeader(headers[i], headers[i + 1]);
    }
    URI uri = URI.create("ws://" + authority() + path);
    try (WsClient asking = newClient()) {
      asking.open(uri, config).close();
      return Response.status(101);
    } catch (WsHandshakeException e) {
      return new Response(e.status(), e.headers(), e.body().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for an answer", e);
    }
  }

  @Override
  public String transcripts() {
    return "";
  }

  @Override
  public void close(@Nullable WsClient client, boolean thorough, Leaks leaks) {
    try (application;
        server) {
      if (client != null) {
        client.close();
      }
      leaks.handlers(server.handlerThreads());
      if (application.knows(WsGateway.class)) {
        leaks.gateway(application.service(WsGateway.class));
      }
    }
    leaks.buffers(thorough ? BufferWatch.leaks() : BufferWatch.reported());
  }
}
