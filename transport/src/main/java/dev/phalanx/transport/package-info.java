/**
 * Listening and native I/O: the only module that sees Netty. {@link
 * dev.phalanx.transport.HttpServer} is the entry type: it gives whole requests to a handler, one at
 * a time for each connection, and turns a connection into a {@link dev.phalanx.http.Wire} when it
 * is upgraded.
 */
@NullMarked
package dev.phalanx.transport;

import org.jspecify.annotations.NullMarked;
