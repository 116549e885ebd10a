/**
 * What becomes of log lines on their way out of a process: {@link baton.shell.log.LogSetup} puts
 * {@link baton.shell.log.LimitedAppender} before standard error, and {@code LineEncoder} lays the lines out.
 */
@NullMarked
package baton.shell.log;

import org.jspecify.annotations.NullMarked;
