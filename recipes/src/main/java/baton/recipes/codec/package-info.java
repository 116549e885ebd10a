/**
 * Notations for what recipes and their users keep in nodes.
 *
 * <p>{@link baton.recipes.codec.RecordCodec} turns Java records into {@code key=value} text and back;
 * {@link baton.recipes.codec.HeadedText} puts named fields in front of a body, for envelopes;
 * {@link baton.recipes.codec.EditDistance} tells a key that was misspelled from another one. Everything here is
 * immutable and does no I/O.
 */
@NullMarked
package baton.recipes.codec;

import org.jspecify.annotations.NullMarked;
