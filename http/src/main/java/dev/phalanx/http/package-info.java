/**
 * The contracts that HTTP, WebSocket and transport meet at, so that none of them names another.
 * {@link dev.phalanx.http.Request} and {@link dev.phalanx.http.Response} are what is said, {@link
 * dev.phalanx.http.Middleware} stands between, {@link dev.phalanx.http.Upgrader} turns a request
 * into something else, and {@link dev.phalanx.http.Wire} is the byte pipe that is left then.
 */
@NullMarked
package dev.phalanx.http;

import org.jspecify.annotations.NullMarked;
