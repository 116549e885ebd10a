package baton.recipes.queue;

import baton.core.Listing;
import baton.core.NodePath;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Strand;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

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

    /** Whether a directory with these children is the root of a queue. */
    public static boolean isQueue(Listing children) {
        Set<String> names = children.entries().stream().map(Listing.Entry::name).collect(Collectors.toSet());
        return names.contains("tasks") && (names.contains("election") || names.contains("workers"));
    }

    /** Reads the queue with this root, whoever runs it. Results arrive on the strand. */
    public static CompletableFuture<MasterView> of(RecipeRuntime runtime, Strand strand, NodePath root) {
        return new QueueReader(new QueueLayout(root), runtime.calls(strand)).view();
    }
}
