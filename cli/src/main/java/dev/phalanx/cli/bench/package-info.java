/**
 * The load behind {@code hermes bench}: connections that live on the event loops of {@code
 * transport} and speak through the protocol core, with no thread of their own, so that as much as
 * possible of a core is the server's to fill. {@link dev.phalanx.cli.bench.BenchRun} is the entry.
 */
@NullMarked
package dev.phalanx.cli.bench;

import org.jspecify.annotations.NullMarked;
