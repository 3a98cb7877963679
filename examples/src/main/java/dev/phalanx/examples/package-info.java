/**
 * The demo application that {@code ./hermes serve} runs: {@link dev.phalanx.examples.Demo} puts its
 * handlers together. Each is meant to be read, and copied.
 */
@NullMarked
package dev.phalanx.examples;

import org.jspecify.annotations.NullMarked;
