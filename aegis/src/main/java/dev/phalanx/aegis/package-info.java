/**
 * Scopes, tasks and services: what a piece of work may use, how long it may last, and what is
 * tidied up when it ends. {@link dev.phalanx.aegis.Application} owns the services; an {@link
 * dev.phalanx.aegis.ExecutionScope} is one unit of work (a request, a connection). On the road it
 * stands under everything but the protocol core: {@code http}, {@code styx} and {@code hermes} are
 * written in its terms.
 */
@NullMarked
package dev.phalanx.aegis;

import org.jspecify.annotations.NullMarked;
