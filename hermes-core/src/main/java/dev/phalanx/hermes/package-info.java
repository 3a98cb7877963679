/**
 * WebSocket as an application sees it. {@link dev.phalanx.hermes.WsRouteGroup} leads an upgrade to
 * a {@link dev.phalanx.hermes.WsHandler}, which reads and writes a {@link
 * dev.phalanx.hermes.WsConnection} in plain blocking code; {@link dev.phalanx.hermes.WsGateway}
 * publishes to topics. On the road it stands between the wire and the handler: bytes become
 * messages by the protocol core, messages wait in bounded queues on both sides.
 */
@NullMarked
package dev.phalanx.hermes;

import org.jspecify.annotations.NullMarked;
