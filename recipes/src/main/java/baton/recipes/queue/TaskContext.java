package baton.recipes.queue;

import baton.recipes.FencingToken;
import baton.recipes.Grant;
import java.time.Duration;
import java.util.Map;

/** What a handler may ask about the attempt it makes. Safe for use by many threads. */
public interface TaskContext {
    TaskId id();

    /** 1 for the first. Attempts that were returned without failing do not count. */
    int attempt();

    /** What the submitter asked of the worker. */
    Map<String, String> labels();

    /** Grows with every assignment of the same task: hand it to what the handler writes. */
    FencingToken token();

    /** Whether the handler is to stop: cancelled, overdue, taken away, or the worker is closing. */
    boolean isCancelled();

    /** Whether the connection is down: the task may be given to another worker before this one hears of it. */
    boolean jeopardy();

    /** For how long the task certainly stays this worker's; zero if it does not. */
    Duration remaining();

    /** The assignment as a grant, to guard transactions and to be told of its loss. */
    Grant guard();

    /** Says how far it is; shown where the worker describes itself. */
    void heartbeatNote(String note);
}
