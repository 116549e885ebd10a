/**
 * The shell over znodes: takes what Apache's {@code zkCli.sh} takes and prints what it prints.
 *
 * <p>Reading order: {@link baton.shell.console.ZnodeShell} runs one command; {@code Words} and {@code Grammar} take its
 * line apart; {@code Verbs} lists the commands, each a {@code Verb}; a {@code Result} is what they print, a
 * {@code ShellException} how they fail; {@code StatText}, {@code DataText} and {@code AclText} are shapes. {@code Znodes}
 * is the server as they see it, of which a {@code Target} says where it is and who we are; {@code Store} is the same for
 * what knows recipes only and runs on any core. {@code Subtree} walks down a tree, {@code NodeWriter} makes many nodes,
 * a {@code Tree} is what is compared; a {@code Settlement} finds out what became of a change whose answer was lost.
 * {@link baton.shell.console.TerminalLoop} and {@link baton.shell.console.ScriptLoop} read lines from a person and
 * from a pipe.
 *
 * <p>Everything runs on the main thread; watch events are printed from the client's thread. One thing differs on
 * purpose: what a command achieved, such as {@code Created /x}, is printed on standard output, where Apache's shell
 * prints half of it on standard error.
 */
@NullMarked
package baton.shell.console;

import org.jspecify.annotations.NullMarked;
