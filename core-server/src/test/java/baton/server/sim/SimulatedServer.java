package baton.server.sim;

import baton.protocol.Bytes;
import baton.protocol.ConnectRequest;
import baton.server.auth.AccessControl;
import baton.server.auth.Identity;
import baton.server.config.LimitSettings;
import baton.server.request.Effect;
import baton.server.request.Event;
import baton.server.request.Moment;
import baton.server.request.ReadRequests;
import baton.server.request.Sequencer;
import baton.server.request.SequencerSettings;
import baton.server.request.ServerState;
import baton.server.session.ClientConnection;
import baton.server.session.SessionIds;
import baton.server.session.SessionPasswords;
import baton.server.session.SessionTable;
import baton.server.tree.QuotaExcess;
import baton.server.tree.SeededHash;
import baton.server.tree.ZnodeTree;
import baton.server.txn.TxnEntry;
import baton.server.watch.WatchTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One standalone server: the machines of production over a log in memory and clocks that stand still until turned. */
public final class SimulatedServer implements Effect.World {
    public static final int TICK_MILLIS = 1_000;

    /** How many bytes a list of children may take. */
    public static final int LIST_BYTES_MAX = 200_000;

    private final CrashingLog log = new CrashingLog();
    private final @Nullable SimulatedStorage files;
    private final SequencerSettings settings;
    private final List<SimulatedConnection> connections = new ArrayList<>();
    private final List<TxnEntry> proposed = new ArrayList<>();
    private final List<Effect.TreeRoom> treeRooms = new ArrayList<>();
    private final List<QuotaExcess> excesses = new ArrayList<>();
    private final List<Effect.Crowded> crowds = new ArrayList<>();
    private final List<String> overQuota = new ArrayList<>();
    private final AccessControl access;
    private long nowMillis = 1_000_000;
    private int starts;

    private ServerState state;
    private WatchTable<ClientConnection> watches;
    private SimulatedReads reads;
    private Sequencer sequencer;

    public SimulatedServer() {
        this(SequencerSettings.ofTick(TICK_MILLIS));
    }

    public SimulatedServer(SequencerSettings settings) {
        this(settings, AccessControl.standard());
    }

    public SimulatedServer(SequencerSettings settings, AccessControl access) {
        this(settings, access, null);
    }

    /** Makes a server that keeps its history in files, if there are any. */
    SimulatedServer(SequencerSettings settings, AccessControl access, @Nullable SimulatedStorage files) {
        this.settings = settings;
        this.access = access;
        this.files = files;
        start(new ServerState(ZnodeTree.fresh(SeededHash.of(starts)), new SessionTable(TICK_MILLIS)));
    }

    private void start(ServerState recovered) {
        starts++;
        state = recovered;
        watches = new WatchTable<>(state.tree().hashes());
        reads = new SimulatedReads(new ReadRequests(
                state.tree(), watches, access, LIST_BYTES_MAX, LimitSettings.DEFAULT.manyReadsBytesMax()));
        sequencer = new Sequencer(
                state,
                watches,
                access,
                settings,
                new SessionIds(1, SessionIds.numberAt(nowMillis + starts)),
                SessionPasswords::classic);
        List.copyOf(sequencer.start(now())).forEach(effect -> effect.accept(this));
    }

    /** Loses everything that is not durable, except so many entries more, and recovers from the log. */
    public void crash(@Nullable FuzzySnapshot snapshot, int survivors) {
        connections.forEach(each -> each.closed(Effect.CloseReason.NO_SESSION));
        connections.clear();
        if (files != null) {
            ServerState found = files.crash(survivors);
            proposed.removeIf(entry -> entry.zxid() > found.tree().position().zxid());
            start(found);
            return;
        }
        log.crash(survivors);
        long lastZxid = log.after(0).stream().mapToLong(TxnEntry::zxid).max().orElse(0);
        proposed.removeIf(entry -> entry.zxid() > lastZxid);
        ServerState recovered = snapshot == null
                ? new ServerState(ZnodeTree.fresh(SeededHash.of(starts)), new SessionTable(TICK_MILLIS))
                : snapshot.restore(TICK_MILLIS, SeededHash.of(starts));
        log.after(snapshot == null ? 0 : snapshot.zxid()).forEach(recovered::replay);
        start(recovered);
    }

    /** Writes a snapshot to the files, and lets something else happen meanwhile; false if there are none. */
    boolean writeSnapshot(Runnable between) {
        if (files == null) {
            return false;
        }
        files.snapshot(state, between);
        return true;
    }

    public SimulatedConnection connect(int timeoutMillis) {
        return connect(new ConnectRequest(0, timeoutMillis, 0, ConnectRequest.NO_PASSWORD, false));
    }

    public SimulatedConnection connect(ConnectRequest request) {
        return connect(request, List.of());
    }

    /** Connects somebody who has the identities by then, from his certificate. */
    public SimulatedConnection connect(ConnectRequest request, List<Identity> identities) {
        SimulatedConnection connection = new SimulatedConnection(this).as(identities);
        connections.add(connection);
        on(new Event.Connected(connection, request));
        return connection;
    }

    /** Opens a session and waits for it. */
    public SimulatedConnection client() {
        SimulatedConnection connection = connect(10 * TICK_MILLIS);
        settle();
        return connection;
    }

    /** Takes the session up again over another connection. */
    public SimulatedConnection takeUp(long sessionId, Bytes password, long lastZxidSeen) {
        return connect(new ConnectRequest(lastZxidSeen, 10 * TICK_MILLIS, sessionId, password, false));
    }

    /** Lets the next entries become durable. */
    public void force(int count) {
        long zxid = files == null ? log.force(count) : files.force(count);
        if (zxid > state.tree().position().zxid()) {
            on(new Event.Durable(zxid));
        }
    }

    /** Lets everything become durable, and what follows from that. */
    public void settle() {
        while (pending() > 0) {
            force(pending());
        }
    }

    /** Turns the clocks, and lets the server notice. */
    public void pass(long millis) {
        nowMillis += millis;
        on(new Event.Ticked());
    }

    /** Turns the clocks, and nobody notices yet. */
    public void standStill(long millis) {
        nowMillis += millis;
    }

    /** Brings an event to the sequencer, and carries out what follows. */
    public void on(Event event) {
        on(event, now());
    }

    /** Brings an event of a time before. */
    public void on(Event event, Moment happenedAt) {
        boolean changesTree = event instanceof Event.Durable;
        if (changesTree) {
            state.tree().gate().close();
        }
        for (Effect effect : List.copyOf(sequencer.on(event, happenedAt))) {
            effect.accept(this);
        }
        if (changesTree) {
            state.tree().gate().open();
            List.copyOf(connections).forEach(SimulatedConnection::pump);
        } else if (event instanceof Event.Connected) {
            List.copyOf(connections).forEach(SimulatedConnection::pump);
        }
    }

    public Moment now() {
        return new Moment(nowMillis, nowMillis - 500_000);
    }

    public ServerState state() {
        return state;
    }

    public WatchTable<ClientConnection> watches() {
        return watches;
    }

    public SimulatedReads reads() {
        return reads;
    }

    public AccessControl access() {
        return access;
    }

    /** Says whether the server would let requests wait. */
    public boolean isSaturated() {
        return sequencer.isSaturated();
    }

    public int pending() {
        return files == null ? log.pending() : files.pending();
    }

    /** Every entry of the history, those not durable yet included. */
    public List<TxnEntry> history() {
        return proposed;
    }

    @Override
    public void append(Effect.Append effect) {
        proposed.add(effect.entry());
        if (files == null) {
            log.append(effect.entry());
        } else {
            files.append(effect.entry());
        }
    }

    @Override
    public void answer(Effect.Answer effect) {
        end(effect.to()).answered(effect);
    }

    @Override
    public void deliver(Effect.Deliver effect) {
        effect.to().forEach(each -> end(each).told(effect.event(), effect.zxid()));
    }

    @Override
    public void welcome(Effect.Welcome effect) {
        end(effect.to()).welcomed(effect.session(), effect.response(), effect.owed());
    }

    @Override
    public void refuse(Effect.Refuse effect) {
        end(effect.to()).refused(effect.response());
    }

    @Override
    public void close(Effect.Close effect) {
        end(effect.connection()).closed(effect.reason());
        connections.remove(end(effect.connection()));
    }

    @Override
    public void warn(Effect.Warn effect) {
        excesses.add(effect.excess());
    }

    @Override
    public void crowded(Effect.Crowded effect) {
        crowds.add(effect);
    }

    @Override
    public void treeRoom(Effect.TreeRoom effect) {
        treeRooms.add(effect);
    }

    /** Whenever the tree was full, or was no more. */
    public List<Effect.TreeRoom> treeRooms() {
        return treeRooms;
    }

    @Override
    public void overQuota(Effect.OverQuota effect) {
        overQuota.add(effect.path());
    }

    /** The subtree of every hard quota that has refused something. */
    public List<String> overQuota() {
        return overQuota;
    }

    /** Every node that was said to have many children. */
    public List<Effect.Crowded> crowds() {
        return crowds;
    }

    /** Every soft quota outgrown so far. */
    public List<QuotaExcess> excesses() {
        return excesses;
    }

    private static SimulatedConnection end(ClientConnection connection) {
        return (SimulatedConnection) connection;
    }
}
