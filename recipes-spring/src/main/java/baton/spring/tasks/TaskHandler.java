package baton.spring.tasks;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Does the tasks of a queue. The method takes the task, and if it likes a {@link baton.recipes.queue.TaskContext} and a
 * {@link baton.recipes.FencingToken}; what it returns is the result.
 *
 * <p>A task is executed at least once while it has attempts left: be idempotent, or hand the token to what you write
 * to. The thread is interrupted when the task is cancelled or taken away. What the method throws is a failed attempt;
 * {@link baton.recipes.queue.RetryLaterException} and {@link baton.recipes.queue.RejectTaskException} mean more.
 *
 * <p>Every instance with a handler may become the queue's master, unless {@code baton.tasks.<queue>.master} is false. A
 * queue has one handler method in an application.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface TaskHandler {
    /** The queue: one path segment. Placeholders are resolved. */
    String queue();

    /** How many tasks run at a time in this instance. */
    int slots() default 1;

    /** Exceptions after which a task is handed out again without a failed attempt, after {@link #retryAfter}. */
    Class<? extends Exception>[] retryFor() default {};

    /** The pause before that, such as {@code 5s}. */
    String retryAfter() default "5s";

    /** Exceptions after which a task is dead at once. */
    Class<? extends Exception>[] rejectFor() default {};
}
