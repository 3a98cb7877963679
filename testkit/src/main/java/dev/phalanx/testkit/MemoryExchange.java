package dev.phalanx.testkit;

import dev.phalanx.aegis.CancellationToken;
import dev.phalanx.http.Request;
import dev.phalanx.http.Response;
import dev.phalanx.http.TlsSession;
import dev.phalanx.http.Upgrade;
import dev.phalanx.transport.HttpExchange;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request that no network has brought, and what becomes of it. */
final class MemoryExchange implements HttpExchange {
  private final Request request;
  private final Consumer<Upgrade.Session> whenUpgraded;
  private final CompletableFuture<Response> answer = new CompletableFuture<>();
  private final CancellationToken lost = CancellationToken.create();
  private volatile @Nullable Thread thread;

  /**
   * An exchange that waits for its answer.
   *
   * @param whenUpgraded opens the session's wire, before the answer is there
   */
  MemoryExchange(Request request, Consumer<Upgrade.Session> whenUpgraded) {
    this.request = request;
    this.whenUpgraded = whenUpgraded;
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
