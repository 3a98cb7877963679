/**
 * The modules together, as a user has them: the running server through clients that no one here
 * wrote, and through raw sockets that say what no client would. {@link dev.phalanx.it.Serving}
 * starts a server of a test's own; {@link dev.phalanx.it.Peer}, {@link dev.phalanx.it.JdkClient}
 * and {@link dev.phalanx.it.NodePeers} are who talks to it. Nobody sleeps here: tests wait for what
 * must come.
 */
@NullMarked
package dev.phalanx.it;

import org.jspecify.annotations.NullMarked;
