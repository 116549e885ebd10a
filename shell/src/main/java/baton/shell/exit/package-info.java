/**
 * How a command ends: {@link baton.shell.exit.ExitCode} is the contract with scripts,
 * {@link baton.shell.exit.CommandFailedException} how any part of a command ends it.
 */
@NullMarked
package baton.shell.exit;

import org.jspecify.annotations.NullMarked;
