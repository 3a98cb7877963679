/** The {@code hermes} command: {@link dev.phalanx.cli.Hermes} is its entry. */
@NullMarked
package dev.phalanx.cli;

import org.jspecify.annotations.NullMarked;
