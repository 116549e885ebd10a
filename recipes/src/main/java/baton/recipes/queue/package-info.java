/**
 * Master and workers: clients submit tasks, one elected master hands them to live workers, workers record results.
 *
 * <p>Read {@link baton.recipes.queue.MasterWorkerQueue}, then {@link baton.recipes.queue.Submitter} and
 * {@link baton.recipes.queue.Worker}. Inside: {@code QueueLayout} says which nodes there are, {@code TaskBoard} is what
 * a master knows (pure), {@code MasterLoop} acts on it ({@code Dispatch} assigns, {@code Reclaim} takes back,
 * {@code Overdue} and {@code KeptResults} mind the time), {@code QueueClient} is the client's side. What stands in the
 * nodes is text, see {@code TaskEnvelope}.
 *
 * <p>Every move of a task is one transaction, so at every revision its name is in exactly one of {@code /tasks},
 * {@code /assign/*}, {@code /status} and {@code /dead}.
 */
@NullMarked
package baton.recipes.queue;

import org.jspecify.annotations.NullMarked;
