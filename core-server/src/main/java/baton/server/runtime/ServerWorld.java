package baton.server.runtime;

import baton.server.request.Effect;
import baton.server.session.ClientConnection;
import baton.server.transport.SharedFrames;
import baton.server.tree.QuotaExcess;
import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the effects of the {@link baton.server.request.Sequencer}: gives transactions to the log, answers and events to
 * the loops, warnings to operators.
 *
 * <p>Confined to the sequencer's thread.
 */
final class ServerWorld implements Effect.World {
    private static final Logger log = LoggerFactory.getLogger(ServerWorld.class);
    private static final long WARNING_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);

    private final LogFeed feed;
    private final List<ClientLoop> loops;
    private final ServerMetrics metrics;
    private final @Nullable AuditTrail audit;
    private final Clock clock;
    private long warnedAtNanos;
    private int warningsKept;

    ServerWorld(LogFeed feed, List<ClientLoop> loops, ServerMetrics metrics, @Nullable AuditTrail audit, Clock clock) {
        this.feed = feed;
        this.loops = loops;
        this.metrics = metrics;
        this.audit = audit;
        this.clock = clock;
        this.warnedAtNanos = clock.nanos() - WARNING_NANOS_MIN;
    }

    /** Carries them out, in their order. */
    void carryOut(List<Effect> effects) {
        for (Effect each : effects) {
            each.accept(this);
        }
    }

    @Override
    public void append(Effect.Append effect) {
        TxnEntry entry = effect.entry();
        metrics.writeTraffic().write(entry.txn());
        if (audit != null) {
            audit.proposed(entry);
        }
        feed.add(entry);
    }

    @Override
    public void answer(Effect.Answer effect) {
        ((LoopConnection) effect.to()).loop().inbox().putAnswer(effect);
    }

    /** Encodes the event once, and sends it to each loop once with all of that loop's receivers. */
    @Override
    public void deliver(Effect.Deliver effect) {
        byte[] frame = EventFrame.encode(effect.event(), effect.zxid());
        metrics.count(Tally.WATCH_BYTES, (long) frame.length * effect.to().size());
        countWatchers(effect);
        if (effect.to().size() == 1) {
            LoopConnection to = (LoopConnection) effect.to().get(0);
            to.loop().inbox().putEvent(effect.zxid(), () -> to.sendEvent(frame));
            return;
        }
        for (ClientLoop loop : loops) {
            List<LoopConnection> receivers = receiversOn(loop, effect.to());
            if (!receivers.isEmpty()) {
                SharedFrames shared = new SharedFrames(frame);
                loop.inbox().putEvent(effect.zxid(), () -> receivers.forEach(to -> to.sendSharedEvent(shared)));
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
        to.loop().inbox().put(() -> to.welcome(effect));
    }

    @Override
    public void refuse(Effect.Refuse effect) {
        LoopConnection to = (LoopConnection) effect.to();
        to.loop().inbox().put(() -> to.refuse(effect.response()));
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
        connection.loop().inbox().put(connection::end);
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
