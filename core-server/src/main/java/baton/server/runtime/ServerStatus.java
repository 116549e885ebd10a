package baton.server.runtime;

import baton.protocol.Acl;
import baton.protocol.OpCode;
import baton.server.config.MemoryBounds;
import baton.server.config.ServerSettings;
import baton.server.request.ServerState;
import baton.server.session.ClientConnection;
import baton.server.storage.DirectorySizes;
import baton.server.storage.WrittenSnapshot;
import baton.server.transport.ClientPort;
import baton.server.transport.TlsServer;
import baton.server.tree.EphemeralUse;
import baton.server.tree.QuotaUse;
import baton.server.tree.Znode;
import baton.server.txn.LogSpace;
import baton.server.watch.WatchTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a running server tells about itself, and the little that can be changed from outside.
 *
 * <p>Can be asked from any thread and never waits: what is known to one thread only, or lies on a disk, comes later.
 */
public final class ServerStatus {
    private static final long TRACE_MASK_DEFAULT = 0b1_0011_0010;

    private final ServerSettings settings;
    private final ServerState state;
    private final WatchTable<ClientConnection> watches;
    private final WatchReport watched;
    private final ServerMetrics metrics;
    private final Clock clock;
    private final long startedAtNanos;

    private final AtomicLong traceMask = new AtomicLong(TRACE_MASK_DEFAULT);

    // Written once, when the server has begun to serve.
    private volatile @Nullable Serving serving;

    /** What there is to look at once a server serves. */
    record Serving(
            List<ClientLoop> loops,
            ClientPort port,
            Optional<ClientPort> securePort,
            Optional<TlsServer> tls,
            SequencerInbox sequencer,
            RecentDigests digests,
            ReportThreads reports,
            OpenStorage storage,
            DirectoryLook directories,
            LifeSigns life,
            LogAgent log,
            Supplier<CompletionStage<TakenSnapshot>> snapshots,
            CompletableFuture<Throwable> failure,
            long sinceNanos) {
        Serving {
            loops = List.copyOf(loops);
        }
    }

    /** Begins to count the time; what is served is told later. */
    public ServerStatus(
            ServerSettings settings,
            ServerState state,
            WatchTable<ClientConnection> watches,
            ServerMetrics metrics,
            Clock clock) {
        this.settings = settings;
        this.state = state;
        this.watches = watches;
        this.watched = new WatchReport(watches);
        this.metrics = metrics;
        this.clock = clock;
        this.startedAtNanos = clock.nanos();
    }

    void serving(Serving now) {
        serving = now;
        // So that there is something to tell when it is asked for.
        DirectorySizes unused = lastDirectorySizes();
    }

    public ServerSettings settings() {
        return settings;
    }

    public ServerMetrics metrics() {
        return metrics;
    }

    public Clock clock() {
        return clock;
    }

    private <T> T ifServing(Function<Serving, T> look, T otherwise) {
        Serving now = serving;
        return now == null ? otherwise : look.apply(now);
    }

    private List<ClientLoop> loops() {
        return ifServing(Serving::loops, List.of());
    }

    /** Says whether the server has begun to serve. */
    public boolean isServing() {
        return serving != null;
    }

    /** Returns the first client port, 0 while there is none. */
    public int port() {
        return ifServing(now -> now.port.address().getPort(), 0);
    }

    /** Returns the first client port unless it speaks nothing but TLS; -1 then, 0 while there is none. */
    public int plainPort() {
        return isAlone() ? -1 : port();
    }

    private boolean isAlone() {
        return settings.secure() != null && settings.secure().isAlone();
    }

    /** Returns the port that speaks nothing but TLS, -1 if there is none. */
    public int securePort() {
        return ifServing(
                now -> now.securePort.map(port -> port.address().getPort()).orElse(isAlone() ? port() : -1), -1);
    }

    /** Returns the server's side of TLS, if there is any. */
    public Optional<TlsServer> tls() {
        return ifServing(Serving::tls, Optional.empty());
    }

    /** Returns what has ended the server's service, if anything has. */
    public Optional<String> failed() {
        return ifServing(
                now -> now.failure.isDone() ? Optional.of("cannot go on: " + now.failure.join()) : Optional.empty(),
                Optional.empty());
    }

    /** Returns what keeps the server from doing its work, if anything does. */
    public Optional<String> stalled() {
        return ifServing(now -> now.life.stalled(), Optional.empty());
    }

    /** Returns for how long the server has served; 0 if it does not yet. */
    public long servedNanos() {
        return ifServing(now -> clock.nanos() - now.sinceNanos, 0L);
    }

    /** Returns how long ago the disk of the log has done all it was asked for; who asks it nothing hears nothing of it. */
    public long diskAgeNanos() {
        return ifServing(now -> clock.nanos() - now.log.answeredAtNanos(), 0L);
    }

    /** Returns how long ago loops and sequencer have turned, the one of them that has not for the longest time. */
    public long lifeAgeNanos() {
        return ifServing(now -> now.life.ageNanos(), 0L);
    }

    /** Returns how much of the heap clients may fill. */
    public MemoryBounds memory() {
        return MemoryBounds.of(settings.limits(), Runtime.getRuntime().maxMemory());
    }

    /** Returns how much room the disk of the log has. */
    public LogSpace.Level space() {
        return ifServing(now -> now.log.space().level(), LogSpace.Level.AMPLE);
    }

    /** Counts everything. */
    public ServerNumbers numbers() {
        List<ClientLoop> loops = loops();
        long received = 0;
        long receivedBytes = 0;
        long sent = 0;
        long sentBytes = 0;
        long outstanding = 0;
        Map<OpCode, Distribution.Summary> times = new EnumMap<>(OpCode.class);
        for (ClientLoop each : loops) {
            LoopCounters counters = each.counters();
            received += counters.received();
            receivedBytes += counters.receivedBytes();
            sent += counters.sent();
            sentBytes += counters.sentBytes();
            outstanding += counters.outstanding();
            counters.times().addTo(times);
        }
        int connections = 0;
        for (ClientPort each : ports()) {
            connections += each.connections();
        }
        TreeNumbers tree = treeNumbers();
        return new ServerNumbers(
                received,
                receivedBytes,
                sent,
                sentBytes,
                outstanding,
                times,
                answerBytes(loops),
                connections,
                refusedConnections(),
                tree.zxid,
                tree.nodes,
                tree.ephemerals,
                watches.count(),
                watches.pathCount(),
                state.sessions().size(),
                tree.bytes,
                tree.memoryBytes,
                TimeUnit.NANOSECONDS.toMillis(clock.nanos() - startedAtNanos));
    }

    /** Returns how much processor time each loop has taken so far, in nanoseconds, by the loop's number. */
    public List<Long> loopProcessorNanos() {
        return loops().stream().map(loop -> loop.transport().processorNanos()).toList();
    }

    /** Returns the bytes that were read below each node under the root, request by request. */
    public SortedMap<String, Distribution.Summary> readTraffic() {
        SortedMap<String, Distribution.Summary> sums = new TreeMap<>();
        loops().forEach(loop -> loop.counters().readTraffic().addTo(sums));
        return sums;
    }

    /** Returns how many lists of children did not have to be encoded, because somebody had asked for them before. */
    public long listingsKept() {
        return sum(LoopCounters::listingsKept);
    }

    /** Returns how many did. */
    public long listingsMade() {
        return sum(LoopCounters::listingsMade);
    }

    /** Returns how long requests waited for room in the server: most of them found it at once. */
    public Distribution.Summary roomWaits() {
        Distribution.Summary waits = Distribution.Summary.NOTHING;
        for (ClientLoop each : loops()) {
            waits = waits.plus(each.counters().roomWaits());
        }
        return waits;
    }

    private long sum(ToLongFunction<LoopCounters> number) {
        return loops().stream().map(ClientLoop::counters).mapToLong(number).sum();
    }

    /** Returns the bytes that were written there, transaction by transaction. */
    public SortedMap<String, Distribution.Summary> writeTraffic() {
        SortedMap<String, Distribution.Summary> sums = new TreeMap<>();
        metrics.writeTraffic().addTo(sums);
        return sums;
    }

    /** Returns all quotas. */
    public List<QuotaUse> quotas() {
        return state.tree().gate().readAlone(() -> state.tree().quotaUses());
    }

    /** Counts how often something was beyond each limit. */
    public Map<Limit, Long> refusals() {
        Map<Limit, Long> refusals = new EnumMap<>(Limit.class);
        for (Limit each : Limit.values()) {
            refusals.put(each, metrics.refused(each));
        }
        refusals.put(Limit.CONNECTIONS, refusedConnections());
        refusals.merge(
                Limit.HANDSHAKES, tls().map(TlsServer::handshakesTurnedAway).orElse(0L), Long::sum);
        refusals.put(Limit.FRAMES, metrics.counted(Tally.LARGE_REQUESTS_REJECTED));
        return refusals;
    }

    private long refusedConnections() {
        long refused = 0;
        for (ClientPort each : ports()) {
            refused += each.refused();
        }
        return refused;
    }

    /** Returns how many bytes wait for clients that read slowly. */
    public long unreadBytes() {
        return loops().stream()
                .mapToLong(loop -> loop.transport().unreadBytes())
                .sum();
    }

    /** Returns how many bytes of writes are inside the server. */
    public long outstandingBytes() {
        return sum(LoopCounters::outstandingBytes);
    }

    /** Returns how many connections have not asked for a session yet. */
    public long strangers() {
        return sum(LoopCounters::strangers);
    }

    private record TreeNumbers(long zxid, int nodes, EphemeralUse ephemerals, long bytes, long memoryBytes) {}

    private TreeNumbers treeNumbers() {
        return state.tree()
                .gate()
                .readAlone(() -> new TreeNumbers(
                        state.tree().position().zxid(),
                        state.tree().nodeCount(),
                        state.tree().ephemerals().use(),
                        state.tree().sizeBytes(),
                        state.tree().memoryBytes()));
    }

    private static ServerNumbers.AnswerBytes answerBytes(List<ClientLoop> loops) {
        int last = -1;
        int min = -1;
        int max = -1;
        for (ClientLoop each : loops) {
            AnswerSizes sizes = each.counters().answerSizes();
            last = Math.max(last, sizes.last());
            min = min < 0 ? sizes.min() : sizes.min() < 0 ? min : Math.min(min, sizes.min());
            max = Math.max(max, sizes.max());
        }
        return new ServerNumbers.AnswerBytes(last, min, max);
    }

    private List<ClientPort> ports() {
        Serving now = serving;
        if (now == null) {
            return List.of();
        }
        List<ClientPort> ports = new ArrayList<>(List.of(now.port));
        if (now.securePort.isPresent()) {
            ports.add(now.securePort.get());
        }
        return ports;
    }

    /** Looks at all connections, those accepted first before the others. */
    public List<ConnectionView> connections() {
        List<ConnectionView> views = new ArrayList<>();
        forEachConnection(connection -> views.add(connection.view()));
        views.sort(Comparator.comparingLong(view -> view.origin().establishedMillis()));
        return views;
    }

    private void forEachConnection(Consumer<LoopConnection> action) {
        loops().forEach(loop -> loop.connections().forEach(action));
    }

    /** Returns who watches what. */
    public WatchReport watched() {
        return watched;
    }

    /** Returns the paths of the nodes that end with their sessions. */
    public Map<Long, List<String>> ephemeralsBySession() {
        return state.tree().gate().readAlone(() -> {
            Map<Long, List<String>> paths = new LinkedHashMap<>();
            for (long owner : state.tree().ephemerals().owners()) {
                paths.put(owner, state.tree().ephemerals().pathsOf(owner));
            }
            return paths;
        });
    }

    /** Asks for the open sessions, which the sequencer knows. */
    public CompletionStage<OpenSessions> sessions() {
        Serving now = serving;
        CompletableFuture<OpenSessions> answer = new CompletableFuture<>();
        if (now == null) {
            answer.complete(new OpenSessions(Map.of()));
        } else {
            now.sequencer.ask(() -> answer.complete(openSessions()));
        }
        return answer;
    }

    private OpenSessions openSessions() {
        long wallAhead = clock.wallMillis() - TimeUnit.NANOSECONDS.toMillis(clock.nanos());
        Map<Long, List<Long>> ids = new LinkedHashMap<>();
        state.sessions().idsByDueMillis().forEach((due, each) -> ids.put(due + wallAhead, each));
        return new OpenSessions(ids);
    }

    /**
     * Has something worked out that takes its time, on the thread for its kind; comes to nothing if too much waits there
     * already, or the server stops.
     */
    public <T> CompletionStage<Optional<T>> report(ReportKind kind, Supplier<T> report) {
        Serving now = serving;
        return now == null
                ? CompletableFuture.completedFuture(Optional.of(report.get()))
                : now.reports.report(kind, report);
    }

    /** Asks how much the directories hold, which takes looking at the disk. */
    public CompletionStage<DirectorySizes> directorySizes() {
        Serving now = serving;
        return now == null || !now.storage.isOnDisk()
                ? CompletableFuture.completedFuture(DirectorySizes.NOTHING)
                : now.directories.now();
    }

    /** Returns what was last found on the disk, and has somebody look again for the next time. */
    public DirectorySizes lastDirectorySizes() {
        return ifServing(
                now -> now.storage.isOnDisk() ? now.directories.last() : DirectorySizes.NOTHING,
                DirectorySizes.NOTHING);
    }

    /** Returns the newest snapshot, if there is any. */
    public Optional<WrittenSnapshot> newestSnapshot() {
        return ifServing(now -> now.storage.newestSnapshot(), Optional.empty());
    }

    /**
     * Has a snapshot of this moment written. Fails with what keeps it from being written; whoever gets it closes it.
     */
    public CompletionStage<TakenSnapshot> takeSnapshot() {
        Serving now = serving;
        return now == null
                ? CompletableFuture.failedFuture(new IllegalStateException("the data is not loaded yet"))
                : now.snapshots.get();
    }

    /** Counts a snapshot that was asked for too soon. */
    public void countRefusedSnapshot() {
        metrics.count(Tally.SNAPSHOT_RATE_LIMITED_COUNT);
    }

    /** Counts a four-letter word that was said too often. */
    public void countRefusedWord() {
        metrics.countRefusal(Limit.WORDS);
    }

    /** Counts a page that an administrator asked for too often. */
    public void countRefusedPage() {
        metrics.countRefusal(Limit.PAGES);
    }

    /** Returns who may do what with the root. */
    public List<Acl> rootAcl() {
        return state.tree().gate().readAlone(() -> {
            Znode root = state.tree().find("/");
            return root == null ? List.of() : root.state().acl().list();
        });
    }

    /** The mask that tools may set and get, which traces nothing here. */
    public AtomicLong traceMask() {
        return traceMask;
    }

    /** Returns the tree's digests after every 128th of the last transactions, oldest first. */
    public List<DigestEntry> digests() {
        return ifServing(now -> now.digests.all(), List.of());
    }

    /** Begins to count anew what connections have done. */
    public void resetConnections() {
        forEachConnection(LoopConnection::resetCounters);
    }

    /** Begins to count anew what the server has done. */
    public void resetCounters() {
        loops().forEach(loop -> loop.counters().reset());
        metrics.reset();
    }
}
