package dev.phalanx.it;

import dev.phalanx.aegis.Application;
import dev.phalanx.hermes.WsConnection;
import dev.phalanx.hermes.WsGateway;
import dev.phalanx.hermes.WsMessage;
import dev.phalanx.hermes.WsRouteGroup;
import dev.phalanx.hermes.WsScope;
import dev.phalanx.stoa.RouteGroup;

/**
 * Statements of the README, as {@link ReadmeCode} compiles them: what they name without declaring
 * it is here, and what they make is left here. Public, since they are classes of no package.
 */
public abstract class ReadmeSnippet {
  /** Stands where the README says {@code "0.0.0.0:8080"}. */
  public static volatile String address = "";

  /** Stands where the README says {@code "ws://localhost:8080/ws/echo"}. */
  public static volatile String url = "";

  protected WsScope scope;
  protected WsConnection conn;
  protected WsMessage msg;
  protected WsGateway gateway;
  protected Application app;
  protected RouteGroup http;
  protected WsRouteGroup ws;

  /** The statements. */
  protected abstract void run() throws Exception;
}
