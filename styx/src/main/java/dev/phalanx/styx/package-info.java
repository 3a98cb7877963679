/**
 * Channels and streams: bounded hand-over between threads, in which closing is data, and streams
 * that are described first and run in a scope. {@link dev.phalanx.styx.Channel} and {@link
 * dev.phalanx.styx.Emitter} are the entry types. On the road, a connection's inbound messages wait
 * in a channel.
 */
@NullMarked
package dev.phalanx.styx;

import org.jspecify.annotations.NullMarked;
