package baton.server.runtime;

import baton.protocol.Request;
import baton.server.request.Effect;
import baton.server.request.Event;
import baton.server.request.Moment;
import baton.server.request.Sequencer;
import baton.server.request.ServerState;
import baton.server.session.ClientConnection;
import baton.server.storage.StorageException;
import baton.server.transport.SharedFrames;
import baton.server.tree.QuotaExcess;
import baton.server.txn.LogSpace;
import baton.server.txn.TxnEntry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives the {@link Sequencer} and carries out its effects.
 *
 * <p>A turn: what has become durable is {@linkplain Publication published}; then waiting requests are checked and given to
 * the log; then sessions are looked at. The only change of a {@link LoneClient} is written at once. At the end of the turn each
 * loop that got something is woken once.
 *
 * <p>Sessions expire only after every loop has looked at its sockets once more: a heartbeat that waits there counts. While
 * there are sessions such a round is made twice a tick; if more than a tick lies between two of them, as after a pause of
 * the whole process, the excess counts for no session.
 */
final class SequencerAgent implements Agent, Effect.World {
    private static final Logger log = LoggerFactory.getLogger(SequencerAgent.class);
    private static final int REQUESTS_A_TURN = 1024;
    private static final long WARNING_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);

    private final Sequencer machine;
    private final ServerState state;
    private final SequencerInbox inbox;
    private final LogAgent logAgent;
    private final Bell logBell;
    private final Optional<SnapshotAgent> snapshots;
    private final boolean logRunsHere;
    private final LoneClient lone;
    private final Clock clock;
    private final List<ClientLoop> loops;
    private final ServerMetrics metrics;
    private final TravelTimes proposals;
    private final @Nullable AuditTrail audit;
    private final Publication publication;
    private final IntSupplier stepsAtOnce;
    private final TickRound round;
    private final ArrayDeque<Unlogged> unlogged = new ArrayDeque<>();

    // By the monotonic clock.
    private long turnMillis;
    private long rollsSeen;
    private long changesMadeSeen;
    private long changesSettledSeen;
    private long recountsSeen;
    private long warnedAtNanos;
    private int warningsKept;

    // Of this turn.
    private boolean appended;
    private int loggedAtOnce;
    private long asker;

    private LogSpace spaceSeen = LogSpace.UNBOUNDED;
    private volatile boolean ending;
    private volatile boolean hurried;

    /** A transaction for which the log had no room in the turn that decided on it. */
    private record Unlogged(TxnEntry entry, long decidedAtMillis) {}

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
        this.logBell = logBell;
        this.logRunsHere = logRunsHere;
        this.lone = lone;
        this.snapshots = snapshots;
        this.clock = clock;
        this.loops = List.copyOf(loops);
        this.metrics = metrics;
        this.stepsAtOnce = stepsAtOnce;
        this.audit = audit == null ? null : new AuditTrail(audit, logAgent.durableZxid());
        this.proposals = new TravelTimes(metrics, Timing.PROPAGATION_LATENCY, logAgent.durableZxid());
        this.publication = new Publication(machine, state.tree(), this, metrics, digests, logAgent.durableZxid());
        this.round = new TickRound(this.loops, inbox.bell(), tickMillis);
        this.warnedAtNanos = clock.nanos() - WARNING_NANOS_MIN;
    }

    /** Begins to serve, on the thread that starts the server; with a snapshot of what was recovered if one is due. */
    void start(boolean snapshotIsDue) {
        if (snapshotIsDue) {
            snapshots.ifPresent(agent -> agent.order(new StateSnapshot(state, machine.keepsDigests())));
        }
        Moment now = clock.moment();
        turnMillis = now.monotonicMillis();
        round.restart(now.monotonicMillis());
        // It may have to end sessions at once, and must know whether there is room for that.
        lookAtSpace(now);
        if (machine.keepsDigests()) {
            snapshots.ifPresent(SnapshotAgent::treeIsSound);
        }
        carryOut(machine.start(now));
    }

    @Override
    public String role() {
        return ServerThreads.SEQUENCER;
    }

    @Override
    public int doWork(long nowNanos) throws Exception {
        Moment now = new Moment(clock.wallMillis(), TimeUnit.NANOSECONDS.toMillis(nowNanos));
        turnMillis = now.monotonicMillis();
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
        log();
        if (appended && writeHere(nowNanos)) {
            appended = false;
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
                || !unlogged.isEmpty()
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
        loops.forEach(ClientLoop::wake);
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
            proposals.arrived(publication.publishedZxid(), turnMillis);
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
        carryOut(machine.on(new Event.SpaceChanged(space), now));
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
        while (count < REQUESTS_A_TURN && unlogged.isEmpty() && !machine.isSaturated() && mayGiveLoopsMore()) {
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
                carryOut(machine.on(event, now));
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
        carryOut(effects);
    }

    private void take(Event.Connected connected, Moment now) {
        metrics.count(Tally.CONNECTION_REQUEST_COUNT);
        if (connected.request().sessionId() != 0) {
            metrics.count(Tally.CONNECTION_REVALIDATE_COUNT);
        }
        carryOut(machine.on(connected, now));
        metrics.measure(Timing.CONNECTION_TOKEN_DEFICIT, machine.openingDeficit());
    }

    private boolean mayGiveLoopsMore() {
        return ending || !isAnyLoopBehind();
    }

    private boolean isAnyLoopBehind() {
        for (ClientLoop each : loops) {
            if (each.isBehind()) {
                each.ringBehindThat();
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
            if (each.isToRing()) {
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
            carryOut(machine.on(new Event.StoodStill(stoodStillMillis), now));
        }
        long expiredBefore = state.sessions().expiredCount();
        // Whoever was heard by then is known to have been; what was due only since waits for the next round.
        carryOut(machine.on(new Event.Ticked(), new Moment(now.wallMillis(), round.startedAtMillis())));
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

    private void log() {
        while (!unlogged.isEmpty() && logAgent.offer(unlogged.peek().entry())) {
            long waitedMillis = turnMillis - unlogged.remove().decidedAtMillis();
            metrics.measure(Timing.PROPOSAL_PROCESS_TIME, TimeUnit.MILLISECONDS.toNanos(waitedMillis));
            handedOver();
        }
    }

    /** Writes what was given to the log, or leaves that to its thread; says whether it did. */
    private boolean writeHere(long nowNanos) throws StorageException {
        if (logRunsHere) {
            logAgent.doWork(nowNanos);
            return true;
        }
        return lone.isAlone(loggedAtOnce, asker, speakers()) && logAgent.writeAtOnce(nowNanos);
    }

    private long speakers() {
        long all = 0;
        for (ClientLoop each : loops) {
            all += each.speakers();
        }
        return all;
    }

    private void finishTurn() {
        if (appended) {
            appended = false;
            logBell.ring();
        }
        if (loggedAtOnce > 0) {
            metrics.measure(Timing.PROPOSAL_PROCESS_TIME, 0, loggedAtOnce);
            loggedAtOnce = 0;
        }
        for (ClientLoop each : loops) {
            each.wake();
        }
    }

    // Effects.

    private void carryOut(List<Effect> effects) {
        for (Effect each : effects) {
            each.accept(this);
        }
    }

    @Override
    public void append(Effect.Append effect) {
        TxnEntry entry = effect.entry();
        metrics.writeTraffic().write(entry.txn());
        proposals.setOut(entry.zxid(), turnMillis);
        if (audit != null) {
            audit.proposed(entry);
        }
        if (unlogged.isEmpty() && logAgent.offer(entry)) {
            loggedAtOnce++;
            handedOver();
        } else {
            unlogged.add(new Unlogged(entry, turnMillis));
        }
    }

    private void handedOver() {
        appended = true;
        metrics.count(Tally.PROPOSAL_COUNT);
    }

    @Override
    public void answer(Effect.Answer effect) {
        ((LoopConnection) effect.to()).loop().putAnswer(effect);
    }

    /** Encodes the event once, and sends it to each loop once with all of that loop's receivers. */
    @Override
    public void deliver(Effect.Deliver effect) {
        byte[] frame = EventFrame.encode(effect.event(), effect.zxid());
        metrics.count(Tally.WATCH_BYTES, (long) frame.length * effect.to().size());
        countWatchers(effect);
        if (effect.to().size() == 1) {
            LoopConnection to = (LoopConnection) effect.to().get(0);
            to.loop().putEvent(effect.zxid(), () -> to.sendEvent(frame));
            return;
        }
        for (ClientLoop loop : loops) {
            List<LoopConnection> receivers = receiversOn(loop, effect.to());
            if (!receivers.isEmpty()) {
                SharedFrames shared = new SharedFrames(frame);
                loop.putEvent(effect.zxid(), () -> receivers.forEach(to -> to.sendSharedEvent(shared)));
            }
        }
    }

    private void countWatchers(Effect.Deliver effect) {
        int watchers = effect.to().size();
        switch (effect.event().type()) {
            case NODE_CREATED -> metrics.measure(Timing.NODE_CREATED_WATCH_COUNT, watchers);
            case NODE_DELETED -> metrics.measure(Timing.NODE_DELETED_WATCH_COUNT, watchers);
            case NODE_DATA_CHANGED -> metrics.measure(Timing.NODE_CHANGED_WATCH_COUNT, watchers);
            case NODE_CHILDREN_CHANGED -> metrics.measure(Timing.NODE_CHILDREN_WATCH_COUNT, watchers);
            case NONE, DATA_WATCH_REMOVED, CHILD_WATCH_REMOVED, PERSISTENT_WATCH_REMOVED -> {}
        }
    }

    private static List<LoopConnection> receiversOn(ClientLoop loop, List<ClientConnection> all) {
        List<LoopConnection> receivers = new ArrayList<>();
        for (ClientConnection each : all) {
            LoopConnection connection = (LoopConnection) each;
            if (connection.loop() == loop) {
                receivers.add(connection);
            }
        }
        return receivers;
    }

    @Override
    public void welcome(Effect.Welcome effect) {
        LoopConnection to = (LoopConnection) effect.to();
        to.loop().put(() -> to.welcome(effect));
    }

    @Override
    public void refuse(Effect.Refuse effect) {
        LoopConnection to = (LoopConnection) effect.to();
        to.loop().put(() -> to.refuse(effect.response()));
    }

    @Override
    public void close(Effect.Close effect) {
        log.debug("closing connection={} reason={}", effect.connection(), effect.reason());
        switch (effect.reason()) {
            case TOO_MANY_SESSIONS -> metrics.countRefusal(Limit.SESSIONS);
            case TOO_MANY_AT_ONCE -> metrics.countRefusal(Limit.OPENINGS);
            case SESSION_CLOSED,
                    SESSION_EXPIRED,
                    SESSION_MOVED,
                    NO_SESSION,
                    CLIENT_AHEAD,
                    GAVE_UP,
                    NO_SPACE,
                    NOT_FOR_CLIENTS -> {}
        }
        LoopConnection connection = (LoopConnection) effect.connection();
        connection.loop().put(connection::end);
    }

    @Override
    public void crowded(Effect.Crowded effect) {
        log.warn(
                "crowded node path={} children={}: beyond what fits into baton.listBytesMax nobody can list them",
                LoggedPath.of(effect.path()),
                effect.children());
    }

    @Override
    public void treeRoom(Effect.TreeRoom effect) {
        long heapBytes = Runtime.getRuntime().maxMemory();
        if (effect.isFull()) {
            log.warn(
                    "tree full, refusing what grows with QUOTAEXCEEDED nodes={} treeBytes={} of={} heapBytes={}: give the"
                            + " server a larger heap (-Xmx in SERVER_JVMFLAGS) or delete nodes",
                    effect.nodes(),
                    effect.treeBytes(),
                    effect.treeBytesMax(),
                    heapBytes);
        } else {
            log.info(
                    "tree has room again, taking everything nodes={} treeBytes={} of={} heapBytes={}",
                    effect.nodes(),
                    effect.treeBytes(),
                    effect.treeBytesMax(),
                    heapBytes);
        }
    }

    @Override
    public void overQuota(Effect.OverQuota effect) {
        metrics.countOverQuota(effect.path());
    }

    @Override
    public void warn(Effect.Warn effect) {
        long nowNanos = clock.nanos();
        if (nowNanos - warnedAtNanos < WARNING_NANOS_MIN) {
            warningsKept++;
            return;
        }
        QuotaExcess excess = effect.excess();
        log.warn(
                "outgrew quota path={} nodes={} of={} bytes={} of={} unsaid={}",
                LoggedPath.of(excess.path()),
                excess.used().count(),
                excess.limits().count(),
                excess.used().bytes(),
                excess.limits().bytes(),
                warningsKept);
        warnedAtNanos = nowNanos;
        warningsKept = 0;
    }
}
