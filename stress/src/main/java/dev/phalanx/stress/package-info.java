/**
 * Interleavings of channels and scopes, explored by jcstress: each class is one encounter, with the
 * outcomes that it may have. Whatever is not listed is forbidden.
 */
@NullMarked
package dev.phalanx.stress;

import org.jspecify.annotations.NullMarked;
