/**
 * Where the shell connects to, by name: {@link baton.shell.profile.ProfileFile} reads the user's file,
 * {@link baton.shell.profile.Profile} is one of its tables, {@link baton.shell.profile.ApacheTls} reads what Apache's
 * client is told about TLS.
 */
@NullMarked
package baton.shell.profile;

import org.jspecify.annotations.NullMarked;
