/**
 * What operators and their tools ask a server: for now the {@linkplain baton.server.admin.FourLetterWords four-letter
 * words} on the client port.
 *
 * <p>Only looks, never changes. Runs on event loops, so it never waits.
 */
@NullMarked
package baton.server.admin;

import org.jspecify.annotations.NullMarked;
