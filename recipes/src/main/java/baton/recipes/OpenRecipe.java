package baton.recipes;

import java.util.concurrent.CompletionStage;

/** A recipe as its client sees it: to be described, and closed with the client. */
public interface OpenRecipe {
    Description describe();

    /**
     * The client is closing: make grants invalid, fail waiters with {@link ClosedException}, delete what was made.
     *
     * @return completes, on any thread, when what needs the session has been done or given to the reaper
     */
    CompletionStage<Void> clientCloses();
}
