/**
 * The WebSocket protocol core (RFC 6455): bytes in, events and bytes out. It has no I/O, no threads
 * and no logging, so that it runs over any wire and can be fuzzed and measured alone. {@link
 * dev.phalanx.rfc6455.Protocol} is the entry: the state machine of one connection, for either
 * {@link dev.phalanx.rfc6455.Side}. {@link dev.phalanx.rfc6455.EncodedFrame} is what goes out,
 * {@link dev.phalanx.rfc6455.Event} is what comes in, and {@link dev.phalanx.rfc6455.Handshake} is
 * the arithmetic of the upgrade. On the road it stands between the wire and the messages.
 */
@NullMarked
package dev.phalanx.rfc6455;

import org.jspecify.annotations.NullMarked;
