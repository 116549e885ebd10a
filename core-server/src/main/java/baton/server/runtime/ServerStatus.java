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
import baton.server.tree.QuotaUse;
import baton.server.tree.Znode;
import baton.server.txn.LogSpace;
import baton.server.watch.WatchTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
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
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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

    /**
     * The numbers of one moment.
     *
     * @param received requests, pings among them
     * @param sent answers and watch events
     * @param outstanding requests not answered yet
     * @param times from the arrival of requests to the sending of their answers, in nanoseconds
     * @param rejected connections turned away because there were too many
     * @param nodes znodes, the root among them
     * @param contentBytes bytes in all paths and data
     * @param treeBytes how much memory the nodes take, roughly
     */
    public record Numbers(
            long received,
            long receivedBytes,
            long sent,
            long sentBytes,
            long outstanding,
            Map<OpCode, Distribution.Summary> times,
            AnswerBytes answers,
            int connections,
            long rejected,
            long lastZxid,
            int nodes,
            int ephemerals,
            int watches,
            int watchedPaths,
            int sessions,
            long contentBytes,
            long treeBytes,
            long uptimeMillis) {
        public Numbers {
            times = new EnumMap<>(times);
        }

        /** Returns the times of all requests. */
        public Distribution.Summary latency() {
            return reads().plus(writes());
        }

        /** Returns the times of requests that change nothing. */
        public Distribution.Summary reads() {
            return all(false);
        }

        /** Returns the times of the others. */
        public Distribution.Summary writes() {
            return all(true);
        }

        /** Says whether requests for the operation go through the sequencer. */
        public static boolean isWrite(OpCode operation) {
            return operation.kind() == OpCode.Kind.WRITE || operation.kind() == OpCode.Kind.SYNC;
        }

        private Distribution.Summary all(boolean writes) {
            Distribution.Summary all = Distribution.Summary.NOTHING;
            for (Map.Entry<OpCode, Distribution.Summary> each : times.entrySet()) {
                if (isWrite(each.getKey()) == writes) {
                    all = all.plus(each.getValue());
                }
            }
            return all;
        }
    }

    /** Sizes of answers: of the last one, the smallest and the largest; -1 before the first. */
    public record AnswerBytes(int last, int min, int max) {}

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

    /** Says whether the server has begun to serve. */
    public boolean isServing() {
        return serving != null;
    }

    /** Returns the first client port, 0 while there is none. */
    public int port() {
        Serving now = serving;
        return now == null ? 0 : now.port.address().getPort();
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
        Serving now = serving;
        return now == null
                ? -1
                : now.securePort.map(port -> port.address().getPort()).orElse(isAlone() ? port() : -1);
    }

    /** Returns the server's side of TLS, if there is any. */
    public Optional<TlsServer> tls() {
        Serving now = serving;
        return now == null ? Optional.empty() : now.tls;
    }

    /** Returns what has ended the server's service, if anything has. */
    public Optional<String> failed() {
        Serving now = serving;
        return now == null || !now.failure.isDone()
                ? Optional.empty()
                : Optional.of("cannot go on: " + now.failure.join());
    }

    /** Returns what keeps the server from doing its work, if anything does. */
    public Optional<String> stalled() {
        Serving now = serving;
        return now == null ? Optional.empty() : now.life.stalled();
    }

    /** Returns for how long the server has served; 0 if it does not yet. */
    public long servedNanos() {
        Serving now = serving;
        return now == null ? 0 : clock.nanos() - now.sinceNanos;
    }

    /** Returns how long ago the disk of the log has done all it was asked for; who asks it nothing hears nothing of it. */
    public long diskAgeNanos() {
        Serving now = serving;
        return now == null ? 0 : clock.nanos() - now.log.answeredAtNanos();
    }

    /** Returns how long ago loops and sequencer have turned, the one of them that has not for the longest time. */
    public long lifeAgeNanos() {
        Serving now = serving;
        return now == null ? 0 : now.life.ageNanos();
    }

    /** Returns how much of the heap clients may fill. */
    public MemoryBounds memory() {
        return MemoryBounds.of(settings.limits(), Runtime.getRuntime().maxMemory());
    }

    /** Returns how much room the disk of the log has. */
    public LogSpace.Level space() {
        Serving now = serving;
        return now == null ? LogSpace.Level.AMPLE : now.log.space().level();
    }

    /** Counts everything. */
    public Numbers numbers() {
        Serving now = serving;
        List<ClientLoop> loops = now == null ? List.of() : now.loops;
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
        return new Numbers(
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
        Serving now = serving;
        return now == null
                ? List.of()
                : now.loops.stream()
                        .map(loop -> loop.transport().processorNanos())
                        .toList();
    }

    /** Returns the bytes that were read below each node under the root, request by request. */
    public SortedMap<String, Distribution.Summary> readTraffic() {
        SortedMap<String, Distribution.Summary> sums = new TreeMap<>();
        Serving now = serving;
        if (now != null) {
            now.loops.forEach(loop -> loop.counters().readTraffic().addTo(sums));
        }
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
        Serving now = serving;
        Distribution.Summary waits = Distribution.Summary.NOTHING;
        for (ClientLoop each : now == null ? List.<ClientLoop>of() : now.loops) {
            waits = waits.plus(each.counters().roomWaits());
        }
        return waits;
    }

    private long sum(ToLongFunction<LoopCounters> number) {
        Serving now = serving;
        return now == null
                ? 0
                : now.loops.stream().map(ClientLoop::counters).mapToLong(number).sum();
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
        Serving now = serving;
        return now == null
                ? 0
                : now.loops.stream()
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

    private record TreeNumbers(long zxid, int nodes, int ephemerals, long bytes, long memoryBytes) {}

    private TreeNumbers treeNumbers() {
        return state.tree()
                .gate()
                .readAlone(() -> new TreeNumbers(
                        state.tree().position().zxid(),
                        state.tree().nodeCount(),
                        state.tree().ephemeralCount(),
                        state.tree().sizeBytes(),
                        state.tree().memoryBytes()));
    }

    private static AnswerBytes answerBytes(List<ClientLoop> loops) {
        int last = -1;
        int min = -1;
        int max = -1;
        for (ClientLoop each : loops) {
            AnswerSizes sizes = each.counters().answerSizes();
            last = Math.max(last, sizes.last());
            min = min < 0 ? sizes.min() : sizes.min() < 0 ? min : Math.min(min, sizes.min());
            max = Math.max(max, sizes.max());
        }
        return new AnswerBytes(last, min, max);
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
        Serving now = serving;
        if (now != null) {
            now.loops.forEach(loop -> loop.connections().forEach(action));
        }
    }

    /**
     * Shows the paths that sessions watch themselves, not their children alone, each with the sessions that do. Paths come in
     * no order, and none is kept for the next: there may be millions.
     */
    public void forEachWatchedPath(BiConsumer<String, List<Long>> visitor) {
        watches.forEachOnData((path, watchers) -> visitor.accept(path, sessionIds(watchers)));
    }

    private static List<Long> sessionIds(List<ClientConnection> watchers) {
        return watchers.size() == 1
                ? List.of(sessionId(watchers.get(0)))
                : watchers.stream()
                        .map(ServerStatus::sessionId)
                        .distinct()
                        .sorted()
                        .toList();
    }

    private static long sessionId(ClientConnection watcher) {
        return ((LoopConnection) watcher).shownSessionId();
    }

    /** Returns the same by session, in order. */
    public Map<Long, List<String>> watchedPathsBySession() {
        Map<Long, List<String>> paths = new TreeMap<>();
        forEachWatchedPath((path, sessions) -> sessions.forEach(
                each -> paths.computeIfAbsent(each, id -> new ArrayList<>()).add(path)));
        paths.values().forEach(each -> each.sort(null));
        return paths;
    }

    /**
     * How much is watched.
     *
     * @param watches paths, each counted once for each of its sessions
     */
    public record WatchSummary(int sessions, int paths, int watches) {}

    /** Counts what {@link #forEachWatchedPath} shows. */
    public WatchSummary watchSummary() {
        Map<Long, Integer> pathsBySession = new HashMap<>();
        LongAdder paths = new LongAdder();
        watches.forEachOnData(watchers -> {
            paths.increment();
            sessionIds(watchers).forEach(each -> pathsBySession.merge(each, 1, Integer::sum));
        });
        int watches = pathsBySession.values().stream().mapToInt(each -> each).sum();
        return new WatchSummary(pathsBySession.size(), paths.intValue(), watches);
    }

    /** Returns the paths of the nodes that end with their sessions. */
    public Map<Long, List<String>> ephemeralsBySession() {
        return state.tree().gate().readAlone(() -> {
            Map<Long, List<String>> paths = new LinkedHashMap<>();
            for (long owner : state.tree().ephemeralOwners()) {
                paths.put(owner, state.tree().ephemeralsOf(owner));
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
        Serving now = serving;
        return now == null || !now.storage.isOnDisk() ? DirectorySizes.NOTHING : now.directories.last();
    }

    /** Returns the newest snapshot, if there is any. */
    public Optional<WrittenSnapshot> newestSnapshot() {
        Serving now = serving;
        return now == null ? Optional.empty() : now.storage.newestSnapshot();
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
        Serving now = serving;
        return now == null ? List.of() : now.digests.all();
    }

    /** Begins to count anew what connections have done. */
    public void resetConnections() {
        forEachConnection(LoopConnection::resetCounters);
    }

    /** Begins to count anew what the server has done. */
    public void resetCounters() {
        Serving now = serving;
        if (now != null) {
            now.loops.forEach(loop -> loop.counters().reset());
        }
        metrics.reset();
    }
}
