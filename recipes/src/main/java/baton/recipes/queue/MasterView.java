package baton.recipes.queue;

import java.util.List;

/**
 * A queue at a glance. The numbers are counted one after another, not at one revision.
 *
 * @param master id of the elected master; empty if there is none
 * @param workers live ones, by name
 * @param pending tasks that wait
 * @param assigned tasks that workers have
 * @param finished results that nobody acknowledged yet
 * @param dead tasks that failed for good
 */
public record MasterView(String master, List<WorkerLoad> workers, int pending, int assigned, int finished, int dead) {
    public MasterView {
        workers = List.copyOf(workers);
    }
}
