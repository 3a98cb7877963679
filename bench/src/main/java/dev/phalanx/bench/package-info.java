/** What things cost, measured by JMH: one class for each question. */
@NullMarked
package dev.phalanx.bench;

import org.jspecify.annotations.NullMarked;
