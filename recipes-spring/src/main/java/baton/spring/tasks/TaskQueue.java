package baton.spring.tasks;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says to which queue an injected {@code Submitter<Task, Result>} or {@code DeadTasks<Task>} belongs. The types have to
 * be written out: they say how tasks are encoded.
 */
@Target({ElementType.PARAMETER, ElementType.FIELD})
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface TaskQueue {
    /** The queue: one path segment. Placeholders are resolved. */
    String value();
}
