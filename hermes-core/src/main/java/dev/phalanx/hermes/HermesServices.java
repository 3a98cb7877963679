package dev.phalanx.hermes;

import dev.phalanx.aegis.ServiceBundle;
import dev.phalanx.aegis.Services;

/** Brings {@link WsGateway} along, so that it can be injected with no provider named. */
public final class HermesServices implements ServiceBundle {
  @Override
  public void register(Services services) {
    services.singleton(WsGateway.class, resolver -> new WsGateway());
  }
}
