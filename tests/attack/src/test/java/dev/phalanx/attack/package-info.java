/**
 * Attacks on a running server. The server is a process of its own, an {@link
 * dev.phalanx.attack.AttackedProcess}, so that a full heap or a dead event loop harms no test. What
 * it serves is in {@link dev.phalanx.attack.AttackedServer}; who attacks is a {@link
 * dev.phalanx.attack.RawPeer}.
 */
@NullMarked
package dev.phalanx.attack;

import org.jspecify.annotations.NullMarked;
