/**
 * For tests of applications. {@link dev.phalanx.testkit.HermesTest} starts one for each test, in
 * memory or on a free port; {@link dev.phalanx.testkit.Conversation} says what a peer says, and
 * checks what it hears; what is left at the end is a failure that names it. No double stands for
 * anything: routes, middleware, handlers, the protocol and the client are the real ones, and in
 * memory only HTTP's own syntax and the sockets are missing. On the road it stands where network
 * and peer do.
 */
@NullMarked
package dev.phalanx.testkit;

import org.jspecify.annotations.NullMarked;
