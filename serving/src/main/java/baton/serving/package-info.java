/**
 * Prepares the classes that a server needs until it serves, while they are packed: {@link baton.serving.LambdaClasses}.
 *
 * <p>Part of the build, not of what it makes.
 */
@NullMarked
package baton.serving;

import org.jspecify.annotations.NullMarked;
