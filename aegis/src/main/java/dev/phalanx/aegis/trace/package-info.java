/**
 * What happens in scopes, as events: which tasks and groups ran, which services started, what was
 * disposed of, when, how long, and how deep. Entry: {@link dev.phalanx.aegis.trace.Trace}.
 */
@NullMarked
package dev.phalanx.aegis.trace;

import org.jspecify.annotations.NullMarked;
