/**
 * A wire in memory, with a clock that a test holds: real lanes, real handlers, no socket. {@link
 * dev.phalanx.transport.memory.MemoryPeer} is the far end of a wire, in the test's hand, with
 * faults on demand. On the road it stands where the network does.
 */
@NullMarked
package dev.phalanx.transport.memory;

import org.jspecify.annotations.NullMarked;
