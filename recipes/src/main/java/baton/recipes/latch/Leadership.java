package baton.recipes.latch;

import baton.recipes.Grant;
import java.util.concurrent.CompletionStage;

/** One term as leader. Guard what you do with it: see {@link Grant} for what can happen between two instructions. */
public interface Leadership extends Grant {
    /** Counts the terms of this latch from 1. */
    int generation();

    /**
     * Announces that the leader is ready to serve, so that observers can tell elected from serving.
     *
     * @param announcement such as an address; readable by all who may read the latch's directory
     * @return completes on the listener executor when the store has it; fails if this is the leader no more
     */
    CompletionStage<Void> ready(byte[] announcement);
}
