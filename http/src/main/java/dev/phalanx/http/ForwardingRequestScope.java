package dev.phalanx.http;

import dev.phalanx.aegis.ForwardingScope;

/** A request's scope that adds something to another one: what an upper layer's are built on. */
public abstract class ForwardingRequestScope extends ForwardingScope implements RequestScope {
  private final RequestScope scope;

  /** Forwards to a request's scope. */
  protected ForwardingRequestScope(RequestScope scope) {
    super(scope);
    this.scope = scope;
  }

  /** The scope underneath. */
  @Override
  protected final RequestScope delegate() {
    return scope;
  }

  @Override
  public final Request request() {
    return scope.request();
  }

  @Override
  public final PathParams params() {
    return scope.params();
  }
}
