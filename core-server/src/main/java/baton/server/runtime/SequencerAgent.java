package baton.server.runtime;

import baton.protocol.Request;
import baton.server.request.Effect;
import baton.server.request.Event;
import baton.server.request.Moment;
import baton.server.request.Sequencer;
import baton.server.request.ServerState;
import baton.server.storage.StorageException;
import baton.server.txn.LogSpace;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the {@link Sequencer}, whose effects {@link ServerWorld} carries out.
 *
 * <p>A turn: what has become durable is {@linkplain Publication published}; then waiting requests are checked and given to
 * the log; then sessions are looked at. The only change of a {@link LoneClient} is written at once. At the end of the turn each
 * loop that got something is woken once.
 *
 * <p>Sessions expire only after every loop has looked at its sockets once more: a heartbeat that waits there counts. While
 * there are sessions such a round is made twice a tick; if more than a tick lies between two of them, as after a pause of
 * the whole process, the excess counts for no session.
 */
final class SequencerAgent implements Agent {
    private static final Logger log = LoggerFactory.getLogger(SequencerAgent.class);
    private static final int REQUESTS_A_TURN = 1024;

    private final Sequencer machine;
    private final ServerState state;
    private final SequencerInbox inbox;
    private final LogAgent logAgent;
    private final Optional<SnapshotAgent> snapshots;
    private final boolean logRunsHere;
    private final LoneClient lone;
    private final Clock clock;
    private final List<ClientLoop> loops;
    private final ServerMetrics metrics;
    private final @Nullable AuditTrail audit;
    private final LogFeed feed;
    private final ServerWorld world;
    private final Publication publication;
    private final IntSupplier stepsAtOnce;
    private final TickRound round;

    private long rollsSeen;
    private long changesMadeSeen;
    private long changesSettledSeen;
    private long recountsSeen;

    // The session that has asked last.
    private long asker;

    private LogSpace spaceSeen = LogSpace.UNBOUNDED;
    private volatile boolean ending;
    private volatile boolean hurried;

    /** @param stepsAtOnce how many steps of a {@link Publication} to take before others may have a turn */
    SequencerAgent(
            Sequencer machine,
            ServerState state,
            SequencerInbox inbox,
            LogAgent logAgent,
            Bell logBell,
            boolean logRunsHere,
            LoneClient lone,
            Optional<SnapshotAgent> snapshots,
            int tickMillis,
            Clock clock,
            List<ClientLoop> loops,
            ServerMetrics metrics,
            RecentDigests digests,
            @Nullable AuditLog audit,
            IntSupplier stepsAtOnce) {
        this.machine = machine;
        this.state = state;
        this.inbox = inbox;
        this.logAgent = logAgent;
        this.logRunsHere = logRunsHere;
        this.lone = lone;
        this.snapshots = snapshots;
        this.clock = clock;
        this.loops = List.copyOf(loops);
        this.metrics = metrics;
        this.stepsAtOnce = stepsAtOnce;
        this.audit = audit == null ? null : new AuditTrail(audit, logAgent.durableZxid());
        this.feed = new LogFeed(logAgent, logBell, metrics);
        this.world = new ServerWorld(feed, this.loops, metrics, this.audit, clock);
        this.publication = new Publication(machine, state.tree(), world, metrics, digests, logAgent.durableZxid());
        this.round = new TickRound(this.loops, inbox.bell(), tickMillis);
    }

    /** Begins to serve, on the thread that starts the server; with a snapshot of what was recovered if one is due. */
    void start(boolean snapshotIsDue) {
        if (snapshotIsDue) {
            snapshots.ifPresent(agent -> agent.order(new StateSnapshot(state, machine.keepsDigests())));
        }
        Moment now = clock.moment();
        feed.beginTurn(now.monotonicMillis());
        round.restart(now.monotonicMillis());
        // It may have to end sessions at once, and must know whether there is room for that.
        lookAtSpace(now);
        if (machine.keepsDigests()) {
            snapshots.ifPresent(SnapshotAgent::treeIsSound);
        }
        world.carryOut(machine.start(now));
    }

    @Override
    public String role() {
        return ServerThreads.SEQUENCER;
    }

    @Override
    public int doWork(long nowNanos) throws Exception {
        Moment now = new Moment(clock.wallMillis(), TimeUnit.NANOSECONDS.toMillis(nowNanos));
        feed.beginTurn(now.monotonicMillis());
        if (publication.isUnderWay()) {
            return publish(now);
        }
        if (state.sessions().size() == 0) {
            round.restart(now.monotonicMillis());
        }
        int work = answerQuestions();
        if (logRunsHere) {
            work += logAgent.doWork(nowNanos);
        }
        work += publish(now);
        if (publication.isUnderWay()) {
            return work;
        }
        lookAtSpace(now);
        work += takeRequests(now);
        work += tick(now);
        feed.goOn();
        if (feed.isUntold() && writeHere(nowNanos)) {
            feed.written();
            publish(now);
        }
        finishTurn();
        return work;
    }

    @Override
    public long deadlineNanos() {
        long tickAtMillis = round.isRunning() ? Long.MAX_VALUE : nextRoundAtMillis();
        return tickAtMillis == Long.MAX_VALUE ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(tickAtMillis);
    }

    @Override
    public boolean hasWork() {
        return !inbox.isEmpty() && !machine.isSaturated() && (ending || !isLoopAwaited())
                || inbox.hasQuestions()
                || feed.isStuck()
                || logAgent.space() != spaceSeen
                || isSnapshotWanted()
                || logAgent.rolls() != rollsSeen
                || publication.isUnderWay()
                || logAgent.durableZxid() > publication.publishedZxid()
                || publication.publishedZxid() < machine.lastProposedZxid() && logRunsHere
                || round.isComplete();
    }

    /**
     * An audit is told also of what becomes durable only while the server ends; what was let in may have no room until the
     * disk has taken what came before; and of clients that have gone loops may have something for which the queue had no
     * room.
     */
    @Override
    public boolean awaitsOthers() {
        boolean isDiskAwaited = publication.publishedZxid() < machine.lastProposedZxid();
        // In this order: what a loop owes no more is in the queue.
        return !hurried && (isDiskAwaited && audit != null || ending && (isAnyLoopOwing() || !inbox.isEmpty()));
    }

    /** What was let in is taken now, however far behind a loop is: no more comes, and nobody waits for the answers. */
    @Override
    public void ending() {
        ending = true;
    }

    @Override
    public void hurry() {
        hurried = true;
    }

    @Override
    public void onClose() {
        loops.forEach(each -> each.inbox().wake());
    }

    // What it does in a turn.

    private int answerQuestions() {
        int count = 0;
        for (Runnable question = inbox.pollQuestion(); question != null; question = inbox.pollQuestion()) {
            question.run();
            count++;
        }
        return count;
    }

    private int publish(Moment now) {
        long durable = logAgent.durableZxid();
        if (audit != null) {
            audit.tell(durable);
        }
        int most = stepsAtOnce.getAsInt();
        int steps = 0;
        while (steps < most && publication.step(durable, now)) {
            steps++;
        }
        if (!publication.isUnderWay()) {
            feed.published(publication.publishedZxid());
            countChanges();
            orderSnapshot();
        }
        return steps;
    }

    /** Counts what was done to nodes and is not in the tree yet: how much came up, and how much has got there. */
    private void countChanges() {
        long made = machine.changesMade();
        long settled = made - machine.changesOutstanding();
        metrics.count(Tally.OUTSTANDING_CHANGES_QUEUED, made - changesMadeSeen);
        metrics.count(Tally.OUTSTANDING_CHANGES_REMOVED, settled - changesSettledSeen);
        changesMadeSeen = made;
        changesSettledSeen = settled;
    }

    private void lookAtSpace(Moment now) {
        LogSpace space = logAgent.space();
        if (space == spaceSeen) {
            return;
        }
        spaceSeen = space;
        world.carryOut(machine.on(new Event.SpaceChanged(space), now));
        if (snapshots.isPresent()) {
            snapshots.get().spaceIsLow(space.level() != LogSpace.Level.AMPLE);
        }
    }

    private void orderSnapshot() {
        long rolls = logAgent.rolls();
        if (rolls != rollsSeen || isSnapshotWanted()) {
            rollsSeen = rolls;
            snapshots.ifPresent(agent -> agent.order(new StateSnapshot(state, machine.keepsDigests())));
        }
    }

    private boolean isSnapshotWanted() {
        return snapshots.isPresent() && snapshots.get().isWanted();
    }

    private int takeRequests(Moment now) {
        int count = 0;
        int requests = 0;
        int waiting = inbox.size();
        long beganAtNanos = clock.nanos();
        while (count < REQUESTS_A_TURN && !feed.isStuck() && !machine.isSaturated() && mayGiveLoopsMore()) {
            @Nullable Event event = inbox.poll();
            if (event == null) {
                break;
            }
            if (event instanceof Event.Requested requested) {
                metrics.measure(Timing.PREP_PROCESSOR_QUEUE_TIME_MS, beganAtNanos - requested.heardAtNanos());
                take(requested, now);
                requests++;
            } else if (event instanceof Event.Connected connected) {
                take(connected, now);
                requests++;
            } else {
                world.carryOut(machine.on(event, now));
            }
            count++;
        }
        if (requests > 0) {
            metrics.count(Tally.PREP_PROCESSOR_REQUEST_QUEUED, requests);
            metrics.measure(Timing.PREP_PROCESSOR_QUEUE_SIZE, waiting);
            metrics.measure(Timing.PREP_PROCESS_TIME, (clock.nanos() - beganAtNanos) / count, requests);
        }
        return count;
    }

    private void take(Event.Requested requested, Moment now) {
        asker = requested.sessionId();
        boolean isEnd = requested.request() instanceof Request.CloseSession;
        long beganAtNanos = isEnd ? clock.nanos() : 0;
        List<Effect> effects = machine.on(requested, now);
        if (isEnd) {
            metrics.measure(Timing.CLOSE_SESSION_PREP_TIME, clock.nanos() - beganAtNanos);
        }
        if (audit != null) {
            audit.asked(requested, effects, machine.lastProposedZxid());
        }
        world.carryOut(effects);
    }

    private void take(Event.Connected connected, Moment now) {
        metrics.count(Tally.CONNECTION_REQUEST_COUNT);
        if (connected.request().sessionId() != 0) {
            metrics.count(Tally.CONNECTION_REVALIDATE_COUNT);
        }
        world.carryOut(machine.on(connected, now));
        metrics.measure(Timing.CONNECTION_TOKEN_DEFICIT, machine.openingDeficit());
    }

    private boolean mayGiveLoopsMore() {
        return ending || !isAnyLoopBehind();
    }

    private boolean isAnyLoopBehind() {
        for (ClientLoop each : loops) {
            if (each.inbox().isLong()) {
                each.inbox().ringBehindThat();
                return true;
            }
        }
        return false;
    }

    private boolean isAnyLoopOwing() {
        for (ClientLoop each : loops) {
            if (each.isOwing()) {
                return true;
            }
        }
        return false;
    }

    private boolean isLoopAwaited() {
        for (ClientLoop each : loops) {
            if (each.inbox().isToRing()) {
                return true;
            }
        }
        return false;
    }

    private int tick(Moment now) {
        if (round.isComplete()) {
            tickAfterRound(now);
            return 1;
        }
        if (round.isRunning() || now.monotonicMillis() < nextRoundAtMillis()) {
            return 0;
        }
        round.start(now.monotonicMillis());
        return 1;
    }

    private void tickAfterRound(Moment now) {
        long stoodStillMillis = round.finish(now.monotonicMillis());
        if (stoodStillMillis > 0) {
            log.info("stood still for={}ms; sessions live as much longer", stoodStillMillis);
            metrics.measure(Timing.JVM_PAUSE_TIME_MS, TimeUnit.MILLISECONDS.toNanos(stoodStillMillis));
            world.carryOut(machine.on(new Event.StoodStill(stoodStillMillis), now));
        }
        long expiredBefore = state.sessions().expiredCount();
        // Whoever was heard by then is known to have been; what was due only since waits for the next round.
        world.carryOut(machine.on(new Event.Ticked(), new Moment(now.wallMillis(), round.startedAtMillis())));
        metrics.count(Tally.STALE_SESSIONS_EXPIRED, state.sessions().expiredCount() - expiredBefore);
        tellOfRecount();
    }

    private void tellOfRecount() {
        long recounts = state.tree().recount().completed();
        if (recounts > recountsSeen) {
            recountsSeen = recounts;
            metrics.count(Tally.TREE_RECOUNT_COUNT);
            Optional<Path> sound = snapshots.map(SnapshotAgent::treeIsSound);
            log.info(
                    "recounted tree nodes={} digest={} sound={}",
                    state.tree().nodeCount(),
                    Long.toHexString(state.tree().position().digest()),
                    sound.map(Path::getFileName).map(Path::toString).orElse("-"));
        }
    }

    private long nextRoundAtMillis() {
        long tickAtMillis = machine.nextTickAtMillis();
        return state.sessions().size() == 0 ? tickAtMillis : Math.min(tickAtMillis, round.dueAtMillis());
    }

    /** Writes what was given to the log, or leaves that to its thread; says whether it did. */
    private boolean writeHere(long nowNanos) throws StorageException {
        if (logRunsHere) {
            logAgent.doWork(nowNanos);
            return true;
        }
        return lone.isAlone(feed.takenAtOnce(), asker, speakers()) && logAgent.writeAtOnce(nowNanos);
    }

    private long speakers() {
        long all = 0;
        for (ClientLoop each : loops) {
            all += each.speakers();
        }
        return all;
    }

    private void finishTurn() {
        feed.endTurn();
        for (ClientLoop each : loops) {
            each.inbox().wake();
        }
    }
}
