/**
 * What becomes of log lines on their way out of a process: {@link baton.shell.log.LineLogging} is what SLF4J finds,
 * {@code LogLines} writes sparingly to standard error, {@code LogLine} lays out.
 */
@NullMarked
package baton.shell.log;

import org.jspecify.annotations.NullMarked;
