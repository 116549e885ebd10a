/**
 * {@code baton health}: asks the admin server of a server how it is. Has a main of its own, which loads little more than a
 * socket, so that what calls it every few seconds pays little for it.
 */
@NullMarked
package baton.shell.health;

import org.jspecify.annotations.NullMarked;
