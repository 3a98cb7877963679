/**
 * For the tests of all modules, the lowest ones too: random numbers that can be had again. Entry:
 * {@link dev.phalanx.seeds.Seed}.
 */
@NullMarked
package dev.phalanx.seeds;

import org.jspecify.annotations.NullMarked;
