/**
 * Targets for Jazzer: each takes bytes that nobody thought of, gives them to a part that reads what
 * a peer sent, and fails where that part breaks a promise. Run by {@code mvn test -Pfuzz -pl fuzz
 * -am -DskipTests}; the inputs to begin with are in {@code fuzz/seeds}.
 */
@NullMarked
package dev.phalanx.fuzz;

import org.jspecify.annotations.NullMarked;
