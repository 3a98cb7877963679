/**
 * WebSocket as a client. {@link dev.phalanx.hermes.client.WsClient} connects to a server and gives
 * a {@link dev.phalanx.hermes.client.WsClientConnection}, which is read and written in plain
 * blocking code, as a handler's is. On the road it stands where {@code stoa} stands on a server: it
 * has {@code transport} dial, {@code hermes} check the handshake, and the same core carry the
 * messages; what it adds is the redirects, the reconnecting, and the account of what was not sent.
 */
@NullMarked
package dev.phalanx.hermes.client;

import org.jspecify.annotations.NullMarked;
