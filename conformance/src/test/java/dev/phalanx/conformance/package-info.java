/**
 * The Autobahn Testsuite against Hermes: {@code autobahn.sh} runs it, the tests here compare how
 * each case ended with how it is expected to. Entry: {@link
 * dev.phalanx.conformance.AutobahnServerTest} and {@link
 * dev.phalanx.conformance.AutobahnClientTest}.
 */
@NullMarked
package dev.phalanx.conformance;

import org.jspecify.annotations.NullMarked;
