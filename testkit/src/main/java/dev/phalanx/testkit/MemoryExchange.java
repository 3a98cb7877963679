package dev.phalanx.testkit;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.http.HttpException;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.http.TlsSession;
import dev.phalanx.http.Upgrade;
import dev.phalanx.transport.ExchangeHandler;
import dev.phalanx.transport.HttpExchange;
import dev.phalanx.transport.HttpServerConfig;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request that no network has brought, and what becomes of it. */
final class MemoryExchange implements HttpExchange {
  private final Request request;
  private final @Nullable HttpException refusal;
  private final Consumer<Upgrade.Session> whenUpgraded;
  private final CompletableFuture<Response> answer = new CompletableFuture<>();
  private final CancellationToken lost = CancellationToken.create();
  private volatile @Nullable Thread thread;

  private MemoryExchange(
      Request request, @Nullable HttpException refusal, Consumer<Upgrade.Session> whenUpgraded) {
    this.request = request;
    this.refusal = refusal;
    this.whenUpgraded = whenUpgraded;
  }

  /**
   * An exchange that waits for its answer. As on a port, the request is without its body where the
   * handler wants none, or one that is smaller.
   *
   * @param whenUpgraded opens the session's wire, before the answer is there
   */
  static MemoryExchange of(
      Request request, ExchangeHandler handler, Consumer<Upgrade.Session> whenUpgraded) {
    int size = request.body().length;
    int serverLimit = HttpServerConfig.defaults().maxBodyBytes();
    int limit = size == 0 ? 0 : handler.bodyLimit(request.method(), request.path(), serverLimit);
    if (size <= limit) {
      return new MemoryExchange(request, null, whenUpgraded);
    }
    Request bodiless =
        new Request(
            request.method(),
            request.target(),
            request.headers(),
            new byte[0],
            request.remoteAddress(),
            request.secure(),
            request.version());
    HttpException tooLarge =
        limit == ExchangeHandler.NO_BODY
            ? null
            : new HttpException(413, "the body is larger than maxBodyBytes (" + limit + " bytes)");
    return new MemoryExchange(bodiless, tooLarge, whenUpgraded);
  }

  /** The answer, once it is there. */
  CompletableFuture<Response> answer() {
    return answer;
  }

  /** The thread that answers; null before it is made. */
  @Nullable Thread thread() {
    return thread;
  }

  @Override
  public Request request() {
    return request;
  }

  @Override
  public @Nullable HttpException refusal() {
    return refusal;
  }

  @Override
  public @Nullable TlsSession tls() {
    return null;
  }

  @Override
  public void answeredBy(Thread answering) {
    thread = answering;
  }

  @Override
  public void respond(Response response) {
    give(response);
  }

  @Override
  public void upgrade(Response handshake, Upgrade.Session session) {
    whenUpgraded.accept(session);
    give(handshake);
  }

  private void give(Response response) {
    if (!answer.complete(response)) {
      throw new IllegalStateException("answered already: " + request);
    }
  }

  @Override
  public void closeUnanswered() {
    answer.completeExceptionally(new IllegalStateException("no answer was given to " + request));
  }

  @Override
  public void onAbandoned(Runnable action) {
    lost.onCancel(action);
  }

  /** Whoever asked has gone. */
  void abandon() {
    if (!answer.isDone()) {
      lost.cancel("whoever asked has gone");
    }
  }
}
