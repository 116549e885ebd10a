/**
 * How recipes run: time, serial execution, waiting.
 *
 * <p>A recipe owns no thread and reads no clock. It takes a {@link baton.recipes.run.Scheduler} and keeps its state on
 * a {@link baton.recipes.run.Strand}, a serial executor. So the same recipe runs on threads in production
 * ({@link baton.recipes.run.ThreadScheduler}) and, one step at a time, in a seeded simulation.
 *
 * <p>{@link baton.recipes.run.Deadline} and {@link baton.recipes.run.Backoff} are values; {@link
 * baton.recipes.run.Waiting} is the only place where a caller's thread blocks. Knows no store.
 */
@NullMarked
package baton.recipes.run;

import org.jspecify.annotations.NullMarked;
