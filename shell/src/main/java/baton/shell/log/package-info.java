/** What becomes of log lines on their way out of a process: {@link baton.shell.log.LimitedAppender}. */
@NullMarked
package baton.shell.log;

import org.jspecify.annotations.NullMarked;
