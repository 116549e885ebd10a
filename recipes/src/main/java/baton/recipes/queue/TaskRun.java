package baton.recipes.queue;

import baton.core.NodePath;
import baton.core.NodeStat;
import baton.recipes.ClientSession;
import baton.recipes.FencingToken;
import baton.recipes.Grant;
import baton.recipes.GrantState;
import baton.recipes.LossReason;
import baton.recipes.RecipeRuntime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One assignment in the hands of a worker, and the context its handler sees.
 *
 * <p>The lock orders "interrupt the handler" and "the handler has returned": an interrupt is sent while the handler
 * runs, or not at all.
 */
final class TaskRun implements TaskContext {
    private final TaskId id;
    private final NodePath path;
    private final ClientSession session;
    private final AssignmentGrant grant;
    private final RecipeRuntime runtime;
    private final ReentrantLock lock = new ReentrantLock();

    /** Writer: the worker's strand. */
    private volatile NodeStat stat;
    /** Writer: the worker's strand. */
    private volatile TaskEnvelope envelope;
    /** Writer: the worker's strand. */
    private volatile Phase phase = Phase.WAITING;
    /** Writer: the worker's strand. */
    private volatile Ending ending = Ending.NORMAL;
    /** Writer: the handler. */
    private volatile String note = "";
    /** Writer: the thread of the handler, when it begins. */
    private volatile long startedNanos;

    /** Guarded by {@link #lock}. */
    private @Nullable Thread thread;
    /** Guarded by {@link #lock}. */
    private boolean interrupted;

    /** How far it is. */
    enum Phase {
        WAITING,
        RUNNING,
        /** The handler has returned and the store is being told. */
        ENDING,
        /** The store knows. Remembered until its node is seen to be gone, so that a late view cannot start it again. */
        DONE
    }

    /** What became of the assignment while the handler ran. */
    enum Ending {
        NORMAL,
        CANCELLED,
        OVERDUE,
        /** It is not ours any more: what the handler returns is dropped. */
        TAKEN_AWAY,
        /** The worker closes: it is given back without a failed attempt. */
        CLOSING
    }

    TaskRun(
            RecipeRuntime runtime,
            ClientSession session,
            NodePath path,
            NodeStat stat,
            TaskEnvelope envelope,
            String tokenScope) {
        this.runtime = runtime;
        this.session = session;
        this.id = new TaskId(path.name());
        this.path = path;
        this.stat = stat;
        this.envelope = envelope;
        this.grant = new AssignmentGrant(runtime, session, path, new FencingToken(tokenScope, stat.createRev()));
    }

    @Override
    public TaskId id() {
        return id;
    }

    @Override
    public int attempt() {
        return envelope.progress().attempts() + 1;
    }

    @Override
    public Map<String, String> labels() {
        return envelope.terms().labels();
    }

    @Override
    public FencingToken token() {
        return grant.token();
    }

    @Override
    public boolean isCancelled() {
        return ending != Ending.NORMAL;
    }

    @Override
    public boolean jeopardy() {
        return grant.state() != GrantState.HELD;
    }

    @Override
    public Duration remaining() {
        Duration lease = grant.remaining();
        Duration limit = envelope.terms().runAtMost();
        if (limit.isZero() || lease.isZero()) {
            return lease;
        }
        Duration left = limit.minusNanos(runtime.scheduler().nowNanos() - startedNanos);
        return left.isNegative() ? Duration.ZERO : left.compareTo(lease) < 0 ? left : lease;
    }

    @Override
    public Grant guard() {
        return grant;
    }

    @Override
    public void heartbeatNote(String note) {
        this.note = note;
    }

    NodePath path() {
        return path;
    }

    ClientSession session() {
        return session;
    }

    NodeStat stat() {
        return stat;
    }

    TaskEnvelope envelope() {
        return envelope;
    }

    Phase phase() {
        return phase;
    }

    Ending ending() {
        return ending;
    }

    String note() {
        return note;
    }

    void setPhase(Phase next) {
        phase = next;
    }

    /** The node was written, as it is when somebody asks the handler to stop. */
    void update(NodeStat newer, TaskEnvelope written) {
        stat = newer;
        envelope = written;
    }

    /** Tells the handler to stop; the first reason stays, except that what is taken away is taken away. */
    void stop(Ending why) {
        if (ending == Ending.NORMAL || why == Ending.TAKEN_AWAY) {
            ending = why;
        }
        if (why == Ending.TAKEN_AWAY) {
            grant.lose(session.hasEnded() ? LossReason.SESSION_LOST : LossReason.NODE_DELETED);
        }
        lock.lock();
        try {
            if (thread != null) {
                interrupted = true;
                thread.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The handler is about to be called; false if it should not be any more. */
    boolean enter() {
        lock.lock();
        try {
            startedNanos = runtime.scheduler().nowNanos();
            thread = Thread.currentThread();
            return ending == Ending.NORMAL;
        } finally {
            lock.unlock();
        }
    }

    /** The handler has returned: from here on nobody interrupts its thread. */
    void leave() {
        lock.lock();
        try {
            thread = null;
            if (interrupted) {
                // Ours, and meant for the handler: it must not leak into what this thread does next.
                Thread.interrupted();
            }
            grant.end();
        } finally {
            lock.unlock();
        }
    }
}
