/**
 * {@code bin/baton}: the one command a user needs.
 *
 * <p>Reading order: {@link baton.shell.Main}, {@link baton.shell.BatonCommand} and its subcommands. They only parse
 * the command line; {@code console} is the shell over znodes, {@code demo} the main job, {@code exit} how commands end.
 * This module alone sees recipes and server, and nothing depends on it. System properties are read here only.
 */
@NullMarked
package baton.shell;

import org.jspecify.annotations.NullMarked;
