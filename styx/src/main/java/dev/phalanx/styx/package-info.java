/**
 * Channels: bounded hand-over between threads, in which closing is data. {@link
 * dev.phalanx.styx.Channel} is the entry type. On the road, a connection's inbound messages wait in
 * one.
 */
@NullMarked
package dev.phalanx.styx;

import org.jspecify.annotations.NullMarked;
