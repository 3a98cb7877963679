/**
 * HTTP and WebSocket on one port. {@link dev.phalanx.stoa.RouteGroup} says which handler answers
 * which request, {@link dev.phalanx.stoa.Runner} serves it, together with whatever a connection may
 * be upgraded to. On the road it stands between the transport, which brings requests, and the
 * handlers.
 */
@NullMarked
package dev.phalanx.stoa;

import org.jspecify.annotations.NullMarked;
