/**
 * Tasks in an application: {@link baton.spring.tasks.TaskHandler} methods do them, a {@code Submitter} that is injected
 * with {@link baton.spring.tasks.TaskQueue} hands them in.
 */
@NullMarked
package baton.spring.tasks;

import org.jspecify.annotations.NullMarked;
