package baton.core;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * One client's session at the store: it ends when the client is silent for too long, and takes its ephemerals along.
 *
 * <p>Every operation takes effect under this session or not at all. No method blocks, and none throws except for
 * programming errors: stages fail with {@link CoordinationException}. Stages complete on a thread of the core; hop
 * away before doing anything. Operations issued by one thread on one node, or on a node and what lies below it, take
 * effect in the order of issue, and a read issued after a write reflects it; a core may do others side by side. Safe for
 * use by many threads.
 */
public interface CoreSession {

    SessionId id();

    /** The timeout the store granted. */
    Duration timeout();

    Phase phase();

    /**
     * Until when the store certainly keeps this session, on the scale of {@link System#nanoTime}; only grows.
     * {@link Long#MAX_VALUE} never occurs: a core without expiry reports a day ahead.
     */
    long leaseDeadlineNanos();

    /**
     * Creates a node. Fails with NODE_EXISTS if the exact path is taken, and with NO_NODE if the parent is missing where
     * directories are nodes of their own.
     */
    CompletionStage<Created> create(CreateSpec spec);

    CompletionStage<Optional<Node>> read(NodePath path);

    CompletionStage<Optional<NodeStat>> stat(NodePath path);

    /**
     * Lists a directory; empty if the core knows that it is absent. Names that are no nodes and only have some below them
     * are listed too.
     */
    CompletionStage<Optional<Listing>> list(NodePath directory);

    /**
     * Writes the data of an existing node. Fails with NO_NODE or STALE. An ephemeral stays bound to the session that made
     * it, whoever writes.
     */
    CompletionStage<NodeStat> write(NodePath path, Payload data, Expect expect);

    /** Deletes a node; false if it was absent. Fails with STALE, and NOT_EMPTY where directories are nodes of their own. */
    CompletionStage<Boolean> delete(NodePath path, Expect expect);

    CompletionStage<TxnResult> commit(Txn txn);

    /**
     * Makes a directory and its parents exist, as containers where the core has them; nothing where directories come and
     * go with what is in them. Idempotent.
     */
    CompletionStage<Void> ensureDir(NodePath directory);

    /**
     * Reads a node and arms one trigger in one step: any change after the state returned fires it.
     *
     * <p>It fires at most once, may fire without a change, and fires with {@link TriggerReason#LOST_TRACK} when it
     * can no longer be trusted. A read issued after it fired sees the change that fired it.
     */
    CompletionStage<Armed<Optional<Node>>> readAndArm(NodePath path, ArmMode mode, TriggerSink sink);

    /** As {@link #readAndArm} for the children of a directory: creation and deletion of a child fire it. */
    CompletionStage<Armed<Optional<Listing>>> listAndArm(NodePath directory, TriggerSink sink);

    /** Follows a node or what is below it. Works on an absent root too. */
    Subscription subscribe(NodePath root, Depth depth, boolean withData, ChangeSink sink);

    /**
     * Waits until each write issued earlier on this session either has taken effect and is visible to its reads, or
     * never will. Waits for the session to be live again if need be.
     */
    CompletionStage<Void> settle();

    /** Asks the store, not a replica, whether this session still lives. Fails with SESSION_ENDED if not. */
    CompletionStage<Void> verifyAlive();

    /** The ephemerals of this session at or below a path. Exact after {@link #settle}. */
    CompletionStage<Set<NodePath>> ownEphemerals(NodePath under);

    /** Ends the session and with it its ephemerals. Idempotent. */
    CompletionStage<Void> end();
}
