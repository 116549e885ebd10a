package baton.server.sim.world;

import baton.server.auth.DigestScheme;
import baton.server.config.AuthSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.FlowSettings;
import baton.server.config.HoldingSettings;
import baton.server.config.LimitSettings;
import baton.server.config.SaslSettings;
import baton.server.config.ServerSettings;
import baton.server.config.SessionSettings;
import baton.server.request.ServerState;
import baton.server.runtime.Limit;
import baton.server.runtime.Rebirth;
import baton.server.runtime.RecoveredServer;
import baton.server.runtime.Restoration;
import baton.server.runtime.RestoreRefusedException;
import baton.server.runtime.RestoreRefusedException.Reason;
import baton.server.runtime.SimulatedRuntime;
import baton.server.runtime.SimulatedRuntime.Role;
import baton.server.runtime.SimulatedRuntime.Room;
import baton.server.runtime.TakenSnapshot;
import baton.server.session.Session;
import baton.server.session.SessionIds;
import baton.server.session.SessionTable;
import baton.server.sim.DrawnLoans;
import baton.server.sim.SimulatedDisk;
import baton.server.sim.files.PlainDirectory;
import baton.server.sim.files.Unreadable;
import baton.server.sim.history.Caller;
import baton.server.sim.history.Conversation;
import baton.server.sim.history.Era;
import baton.server.sim.history.HeldWatches;
import baton.server.sim.history.History;
import baton.server.sim.history.HistoryCheck;
import baton.server.sim.history.Violation;
import baton.server.storage.DataDirectory;
import baton.server.storage.DefectiveDisk;
import baton.server.storage.DefectiveDisk.Flaw;
import baton.server.storage.Disk;
import baton.server.storage.DiskFullException;
import baton.server.storage.LogDamage;
import baton.server.storage.LogSettings;
import baton.server.storage.Replacement;
import baton.server.storage.SnapshotEnd;
import baton.server.storage.StorageException;
import baton.server.storage.StuckDiskException;
import baton.server.storage.TappedDisk;
import baton.server.transport.ClientInput;
import baton.server.transport.SimulatedPort;
import baton.server.transport.TransportLoop;
import baton.server.tree.Aftermath;
import baton.server.tree.DamagedMemory;
import baton.server.tree.Loans;
import baton.server.tree.PathHash;
import baton.server.tree.ReadGate;
import baton.server.tree.SeededHash;
import baton.server.tree.TreeDamagedException;
import baton.server.tree.Znode;
import baton.server.tree.ZnodeTree;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The machine with the server's process, its disk and its clocks. The process is that of production, agent by agent; each
 * gets its turns some time after it was rung, in any order. While a snapshot is written the others go on.
 */
final class SimulatedMachine implements SimulatedSocket.Watcher {
    /** What the server's ensemble is called. */
    static final String ENSEMBLE = "simulated";

    private static final Path DATA = Path.of("/sim");
    private static final Path LOGS = Path.of("/sim-log");
    private static final int SPACE_RESERVE_BYTES = 3_000;
    private static final int RESERVE_FILE_BYTES = 16_000;
    private static final int SWEEP_MILLIS = 5_000;

    /** After so many every file is read again, where files decay behind the server. */
    private static final int SCRUB_TICKS = 2;

    private static final long NEVER_NANOS = Long.MAX_VALUE / 2;

    /** How often the disk is called to give a new state its name, and to begin to move aside what was there. */
    private static final int CALLS_OF_THE_LAST_STEP = 12;

    /** Before one in so many calls the disk is looked at as a power cut would leave it. */
    private static final int CALLS_OF_AN_IMAGE = 100;

    /** In one of so many calls that read files again others run. */
    private static final int READS_ALONE = 4;

    private static final long RETRY_NANOS_MAX = 1_000_000;
    private static final long BULK_WRITE_NANOS = 100_000_000;

    /** For so long at most the writer is kept from going on in the middle of a hand-over. */
    private static final long HAND_OVER_NANOS = 20_000_000;

    /** In so many pieces a state is sent. */
    private static final int PIECES = 4;

    /** For so long at most a node of what was sent has others run. */
    private static final long PREPARED_NANOS = 100_000_000;

    /** Ends what a process was doing when it died meanwhile. */
    static final class ProcessGone extends Error {
        private static final long serialVersionUID = 1L;
    }

    /**
     * A snapshot that an operator was given.
     *
     * @param shown the moment that it shows
     * @param sound its file had not decayed when it was handed over
     */
    private record Saved(byte[] bytes, Era.Moment shown, boolean sound) {}

    /**
     * A state that is to replace everything.
     *
     * @param successor the process that is to begin with it
     * @param isSure whether the server has gone on to take it for done
     */
    private record Sent(Era.Moment shown, long zxid, int successor, boolean isSure) {}

    /** Work of a turn. */
    private interface Work {
        void run() throws Exception;
    }

    /** How a process finds what it begins with. */
    private interface Opening {
        RecoveredServer open() throws StorageException;
    }

    private final VirtualTime time;
    private final Plan plan;
    private final Defect defect;
    private final Chance chance;
    private final Chance handOver;
    private final Chance images;
    private final Chance losses;
    private final Chance scrubs;
    private final History history;
    private final Consumer<Reached> reached;
    private final MachineClock clock;
    private final SimulatedDisk disk;
    private final Disk used;
    private final LimitSettings limits;
    private final Room room;
    private final Doorstep doorstep;
    private final SpaceWitness space;
    private final SessionWatch sessions;
    private final SoundSnapshots soundSnapshots;
    private final EarlierAnswers earlier;
    private final List<SimulatedLoop> loops = new ArrayList<>();
    private final List<TransportLoop> transport = new ArrayList<>();
    private final Set<Role> rung = EnumSet.noneOf(Role.class);
    private final Map<Role, VirtualTime.Timer> timers = new EnumMap<>(Role.class);
    private final Map<Integer, VirtualTime.Timer> loopTimers = new TreeMap<>();

    private HistoryCheck expected;
    private @Nullable SimulatedRuntime runtime;
    private @Nullable RecoveredServer recovered;

    /** What an operator could send back. */
    private @Nullable Saved saved;

    /** The last state that was to replace everything, until the next process shows what has become of it. */
    private @Nullable Sent sent;

    /** What is being sent to replace everything, or prepared. */
    private @Nullable Succession succession;

    private int life;
    private int sockets;
    private boolean powerWillFail;
    private final Set<Role> busy = EnumSet.noneOf(Role.class);

    /** In the middle of a turn, for the disk. */
    private boolean sequencerWaits;

    /** Turns of loops that have come up meanwhile. */
    private final List<Runnable> heldUp = new ArrayList<>();

    private final Set<Role> rungAgain = EnumSet.noneOf(Role.class);
    private long callNanosMax;
    private boolean syncSticks;
    private int sticks;
    private int failingCalls;
    private int failingReads;
    private boolean onlyRead;

    /** Whether something fails until nothing goes wrong any more, and not only until the server has ended for it. */
    private boolean failsAlways;

    private boolean fullAtSync;

    /** What has ended a loop, or the writer or the log in the middle of its turn. */
    private @Nullable Throwable ofLoop;

    /** Keeps readers and writer apart where these have threads of their own. */
    private @Nullable SharedLock gateLock;

    /** Whether the process is to die as soon as its writer is in the middle of something. */
    private boolean diesInTurn;

    /** Who has the turn; null while nobody has one, and while the process starts. */
    private @Nullable Role atTurn;

    private boolean stopping;
    private boolean diskTroubled;
    private boolean healed;
    private @Nullable Runnable unrot;

    /** One decay at a time: of what is damaged twice there may be no copy left that shows it. */
    private BooleanSupplier isDamaged = () -> false;

    private @Nullable Path damaged;

    /** Whether anything could not be read, which is a reason as good as damage to do without it. */
    private boolean readFailed;

    /** Whether it is behind the running server that a file has decayed last, and whether that has read it since. */
    private boolean decayedBehind;

    private boolean decayedRead;

    /** What an operator is given is being read. */
    private boolean copying;

    /** Whether a log was begun and its directory has not been synced since. */
    private boolean newLog;

    private boolean diesWithNewLog;

    /** What promise was broken in the middle of a turn, where a server might take it for a failure of its own. */
    private @Nullable Violation broken;

    /** How often this process has counted all nodes anew. */
    private long recounts;

    /** When it had done so last, or began. */
    private long recountedZxid;

    private int starvedLoop;
    private long starvedUntilNanos;

    /** For so long each of the loops did not run, though the clock did. */
    private final long[] idleNanos;

    private long awayUntilNanos;
    private long pausedUntilNanos;
    private long pausedNanos;
    private int pauses;

    // When the log's turn began, and how much of the time since was no fault of the disk.
    private long logTurnAtNanos;
    private long pausedNanosBefore;
    private int pausesBefore;

    SimulatedMachine(
            VirtualTime time, Plan plan, Defect defect, Chance chance, History history, Consumer<Reached> reached) {
        this.time = time;
        this.plan = plan;
        this.defect = defect;
        this.chance = chance;
        this.handOver = chance.fork("hand-over");
        this.images = chance.fork("images");
        this.losses = chance.fork("losses");
        this.scrubs = chance.fork("scrubs");
        this.history = history;
        this.expected = new HistoryCheck(history, plan.bounds());
        this.reached = reached;
        this.clock = new MachineClock(
                time,
                plan.clockRateParts(),
                defect == Defect.WALL_CLOCK_FOR_EXPIRY || defect == Defect.WALL_CLOCK_FOR_AGES);
        this.idleNanos = new long[plan.loops()];
        this.limits = plan.limits();
        this.room = plan.room();
        this.doorstep = new Doorstep(room.strangers(), limits.connections().handshakeMillis(), clock, this::note);
        this.sessions = new SessionWatch(time, plan, reached);
        this.disk = new SimulatedDisk(chance.fork("disk"), plan.kernel(), plan.sectorBytes());
        this.earlier = new EarlierAnswers(defect);
        this.soundSnapshots = new SoundSnapshots(disk::exists);
        this.space = new SpaceWitness(
                disk,
                List.of(DATA, LOGS),
                plan.has(Fault.DISK_FULL) ? SPACE_RESERVE_BYTES : 0,
                RESERVE_FILE_BYTES,
                history);
        this.used = new TappedDisk(defective(disk), new Tap());
    }

    private Disk defective(Disk below) {
        return switch (defect) {
            case SYNC_DOES_NOTHING -> new DefectiveDisk(below, Flaw.NO_SYNC);
            case CREATE_NOT_SYNCED -> new DefectiveDisk(below, Flaw.NO_DIRECTORY_SYNC_AFTER_CREATE);
            case RENAME_NOT_SYNCED -> new DefectiveDisk(below, Flaw.NO_DIRECTORY_SYNC_AFTER_RENAME);
            case FAILED_SYNC_TRIED_AGAIN -> new DefectiveDisk(below, Flaw.SYNC_TRIED_AGAIN);
            case CUT_NOT_SYNCED -> new DefectiveDisk(below, Flaw.CUT_NOT_SYNCED);
            case LOG_GOES_ON_AFTER_SHORT_WRITE -> new DefectiveDisk(below, Flaw.SHORT_WRITE_PASSED_OVER);
            case FILES_NEVER_CLOSED -> new DefectiveDisk(below, Flaw.NEVER_CLOSED);
            case SNAPSHOTS_PURGED_TOO_EARLY -> new DefectiveDisk(below, Flaw.PURGED_TOO_EARLY);
            case SOUND_SNAPSHOTS_PURGED -> new DefectiveDisk(below, Flaw.PURGED_BY_AGE);
            case SPACE_STAYS_LOW -> new DefectiveDisk(below, Flaw.SPACE_STAYS_LOW);
            case SPACE_NEVER_LOW -> new DefectiveDisk(below, Flaw.SPACE_NEVER_LOW);
            case LOG_OF_ANOTHER_VERSION -> new DefectiveDisk(below, Flaw.LOG_OF_ANOTHER_VERSION);
            case RESTORE_NOT_SYNCED -> new DefectiveDisk(below, Flaw.REPLACEMENT_NOT_SYNCED);
            default -> below;
        };
    }

    boolean isUp() {
        return runtime != null;
    }

    ServerState state() {
        return recovered.state();
    }

    /** Says whether the end of the session is decided and still on its way. */
    boolean isEnding(long session) {
        Session open = runtime == null ? null : state().sessions().find(session);
        return open != null && open.isClosing();
    }

    /** Writes what is on the disk below a directory of this machine's. */
    void export(Path target) throws IOException {
        disk.export(DATA, target.resolve("data"));
        disk.export(LOGS, target.resolve("logs"));
    }

    /** Takes into the run's hash what is on the disk. */
    void noteFiles() {
        if (defect == Defect.IDENTITY_REACHES_A_FILE) {
            disk.put(DATA.resolve("process"), new byte[] {(byte) System.identityHashCode(this)});
        }
        Stream.of(DATA, LOGS)
                .flatMap(each -> disk.files(each).stream())
                .sorted()
                .forEach(each -> time.note(each.toString(), Arrays.hashCode(disk.contentOf(each))));
    }

    SessionWatch sessions() {
        return sessions;
    }

    // Start and end.

    void boot() {
        int of = ++life;
        if (of == 1 && plan.firstZxid() > 1) {
            guarded(
                    of,
                    () -> RecoveredServer.begin(
                            disk, DATA, logDirectory(), plan.tickMillis(), plan.firstZxid() - 1, hashes()));
        }
        syncSticks = false;
        if (powerWillFail) {
            disk.cutPower();
        } else {
            disk.kill();
        }
        if (chance.oneIn(3)) {
            disk.evict();
        }
        if (plan.has(Fault.CLOCK_JUMP) && chance.oneIn(2)) {
            clock.beginAgain();
        }
        if (plan.has(Fault.CRASH_IN_CALL) && chance.oneIn(4)) {
            disk.crashAfter(chance.below(30));
        }
        powerWillFail = false;
        newLog = false;
        diskTroubled &= !healed;
        pausedUntilNanos = 0;
        starvedUntilNanos = 0;
        guarded(
                of,
                () -> start(
                        of,
                        () -> RecoveredServer.open(
                                used, DATA, logDirectory(), logSettings(), plan.tickMillis(), hashes())));
    }

    /** Those of this process. */
    private PathHash hashes() {
        return SeededHash.of(plan.seed() + life);
    }

    private LogSettings logSettings() {
        return new LogSettings(
                plan.roomBytes(),
                true,
                plan.fileBytesMax(),
                limits.recordBytesMax(),
                space.reserveBytes(),
                RESERVE_FILE_BYTES);
    }

    private void start(int of, Opening opening) throws StorageException {
        RecoveredServer opened;
        try {
            opened = opening.open();
        } catch (StorageException refused) {
            refusedToStart(refused);
            return;
        } catch (SimulatedDisk.Crash crash) {
            reached.accept(Reached.DIED_WHILE_RECOVERING);
            throw crash;
        }
        disk.crashAfter(Long.MAX_VALUE);
        if (unrot != null) {
            reached.accept(Reached.ROT_HARMLESS);
            unrot = null;
        }
        recovered = opened;
        opened.storage().recovered().cutLog().ifPresent(file -> reached.accept(Reached.TORN_END_CUT));
        if (!opened.storage().recovered().corruptSnapshots().isEmpty()) {
            reached.accept(Reached.OLDER_SNAPSHOT_USED);
        }
        requireReasonToPassOver(opened.storage().recovered().corruptSnapshots());
        findEra(of, opened.storage().recovered().lastZxid());
        history.chronicle().recovered(opened.storage().recovered().lastZxid());
        if (expected.hasQuotaInsideAnother()) {
            reached.accept(Reached.QUOTA_INSIDE_A_QUOTA);
        }
        requireReadable(disk, opened.state());
        time.note("recovered", opened.state().tree().position().digest());
        time.trace(
                () -> "server starts from zxid " + opened.storage().recovered().lastZxid());
        assemble(opened, of);
        StateDump.compare(expected, opened.state());
    }

    private void findEra(int of, long lastZxid) {
        Sent replacing = sent;
        sent = null;
        if (isReplaced(replacing, lastZxid)) {
            reached.accept(of == replacing.successor ? Reached.RESTORED : Reached.RESTORE_FINISHED_BY_THE_NEXT_START);
            history.replaced(replacing.shown, replacing.zxid);
            expected = new HistoryCheck(history, plan.bounds());
        } else if (replacing != null) {
            reached.accept(Reached.RESTORE_CUT_OFF);
        }
    }

    /** Finds out whether everything was replaced: once that is said to be done it is, and until then one or the other. */
    private static boolean isReplaced(@Nullable Sent replacing, long lastZxid) {
        if (replacing != null && replacing.isSure && lastZxid < replacing.zxid) {
            throw new Violation(
                    "G-12",
                    "everything was replaced by a state of zxid " + replacing.zxid
                            + ", but after that the history ends at " + lastZxid);
        }
        return replacing != null && lastZxid >= replacing.zxid;
    }

    private Path logDirectory() {
        return plan.twoDirectories() ? LOGS : DATA;
    }

    private void assemble(RecoveredServer opened, int of) {
        loops.clear();
        transport.clear();
        for (int i = 0; i < plan.loops(); i++) {
            int index = i;
            boolean[] woken = new boolean[1];
            loops.add(new SimulatedLoop(clock, defect, () -> wake(index, woken, of)));
            transport.add(SimulatedPort.loop(loops.get(i), i, SimulatedSocket::writeTo));
        }
        if (plan.sequencerOnLoop()) {
            reached.accept(Reached.SEQUENCER_ON_LOOP);
        }
        rung.clear();
        timers.values().forEach(VirtualTime.Timer::cancel);
        timers.clear();
        busy.clear();
        rungAgain.clear();
        ofLoop = null;
        gateLock = null;
        succession = null;
        diesInTurn = false;
        recounts = 0;
        recountedZxid = opened.storage().recovered().lastZxid();
        soundSnapshots.started(
                opened.storage().snapshots().newest().orElseThrow().file());
        SessionIds ids =
                defect == Defect.SESSION_ID_REUSED ? new SessionIds(1, 1) : opened.sessionIds(1, clock.wallMillis());
        runtime = new SimulatedRuntime(
                settings(),
                SWEEP_MILLIS,
                enforcedRoom(),
                opened.state(),
                opened.storage(),
                new RecordedLog(opened.storage().log(), history.chronicle(), sessions, space::takenUp, defect),
                plan.snapCount(),
                chance.fork("trigger" + of),
                scrubNanos(),
                ids,
                clock,
                transport,
                plan.sequencerOnLoop(),
                defect == Defect.STUCK_DISK_WAITED_FOR ? Long.MAX_VALUE : stuckNanos(),
                chance.fork("nonces" + of).nextLong(),
                new Host(of));
        if (!plan.sequencerOnLoop()) {
            SharedLock lock = new SharedLock(new Alternation(runtime, gate(), of), defect);
            gate().guardedBy(lock);
            gateLock = lock;
        }
        sessions.started(opened.state());
        runtime.start(opened.storage().recovered().replayedCount() > plan.snapCount() / 2);
        if (defect == Defect.NO_FULL_TIMEOUT_AFTER_A_START) {
            SessionTable restored = opened.state().sessions();
            long tooEarly = clock.moment().monotonicMillis() - plan.sessionMillis();
            restored.timeoutsMillis()
                    .forEach((id, timeout) ->
                            restored.renew(Objects.requireNonNull(restored.find(id)), timeout, tooEarly));
        }
        for (Role each : Role.values()) {
            ring(each, of);
        }
    }

    private long scrubNanos() {
        boolean isAtAll = plan.has(Fault.DECAY_BEHIND) && defect != Defect.FILES_NEVER_READ_AGAIN;
        return isAtAll ? SCRUB_TICKS * plan.tickMillis() * 1_000_000L : NEVER_NANOS;
    }

    private ServerSettings settings() {
        return ServerSettings.inMemory()
                .withSessions(SessionSettings.ofTick(plan.tickMillis()))
                .withFeatures(features())
                .withLimits(enforcedLimits());
    }

    private LimitSettings enforcedLimits() {
        return switch (defect) {
            case TOO_MANY_REQUESTS_LET_IN ->
                limits.withFlow(limits.flow().withOutstandingRequestsMax(3 * Plan.OUTSTANDING_MAX));
            case TOO_MANY_HELD -> limits.withHoldings(HoldingSettings.DEFAULT);
            case EPHEMERALS_WITHOUT_END -> owning(HoldingSettings.DEFAULT.ephemeralsPerSessionMax());
            case EPHEMERALS_REFUSED_TOO_SOON -> owning(limits.holdings().ephemeralsPerSessionMax() - 1);
            case PATIENCE_WITHOUT_END ->
                limits.withFlow(limits.flow().withOutboundStallMillis(FlowSettings.DEFAULT.outboundStallMillis()));
            default -> limits;
        };
    }

    /** Returns the limits with another bound of what a session owns. */
    private LimitSettings owning(int ephemeralsMax) {
        HoldingSettings all = limits.holdings();
        return limits.withHoldings(new HoldingSettings(
                all.sessionsMax(),
                ephemeralsMax,
                all.watchesPerConnectionMax(),
                all.watchesMax(),
                all.sessionBurstMax(),
                all.sessionFillMillis(),
                all.sessionFillCount()));
    }

    private Room enforcedRoom() {
        Room ample = Room.AMPLE;
        return switch (defect) {
            case STRANGERS_WITHOUT_END -> new Room(room.treeBytes(), ample.strangers(), room.queue(), room.inbox());
            case INBOX_WITHOUT_END -> new Room(room.treeBytes(), room.strangers(), room.queue(), ample.inbox());
            case TREE_WITHOUT_END -> new Room(ample.treeBytes(), room.strangers(), room.queue(), room.inbox());
            case TREE_FULL_TOO_SOON ->
                new Room(room.treeBytes() / 16 * 15, room.strangers(), room.queue(), room.inbox());
            default -> room;
        };
    }

    private ReadGate gate() {
        return recovered.state().tree().gate();
    }

    private FeatureSettings features() {
        FeatureSettings features = FeatureSettings.DEFAULT.withAuth(AuthSettings.DEFAULT
                .withSuperDigest(DigestScheme.idOf(Caller.SUPER_PROOF))
                .withSasl(SaslSettings.of(Workload.logins()))
                .withEnsembleNames(Set.of(ENSEMBLE)));
        boolean enforced = plan.has(Feature.QUOTAS) && defect != Defect.QUOTAS_PASSED_OVER;
        return enforced ? features.withQuotaEnforced() : features;
    }

    private void requireReasonToPassOver(List<Path> snapshots) {
        if (damaged == null && !readFailed && !snapshots.isEmpty()) {
            throw new Violation("INV-20", "nothing was ever damaged, yet the server does without " + snapshots);
        }
    }

    private void lookAtImage() {
        try {
            judgeImage();
        } catch (Violation found) {
            // Not through the frames of a server, which might take it for a failure of its own.
            note(found);
        }
    }

    /** What would be left if the power failed now is enough to start with, or refused for a reason: rule INV-20. */
    private void judgeImage() {
        SimulatedDisk after = disk.afterPowerCut(images);
        RecoveredServer left;
        try {
            left = RecoveredServer.open(after, DATA, logDirectory(), logSettings(), plan.tickMillis(), hashes());
        } catch (StorageException refused) {
            if (unrot == null && !diskTroubled) {
                throw new Violation(
                        "INV-20", "nothing was damaged, yet if the power failed now the server refused: " + refused);
            }
            return;
        }
        requireReasonToPassOver(left.storage().recovered().corruptSnapshots());
        requireReadable(after, left.state());
        long lastZxid = left.storage().recovered().lastZxid();
        if (!isReplaced(sent, lastZxid)) {
            history.chronicle()
                    .recoverable(lastZxid, left.state().tree().position().digest());
        }
    }

    /** Another reader finds in the files what the server has found that has just opened them. Of damage it knows less. */
    private void requireReadable(SimulatedDisk opened, ServerState found) {
        if (isDamaged.getAsBoolean()) {
            return;
        }
        Map<String, byte[]> files = new TreeMap<>();
        Stream.of(DATA, LOGS)
                .flatMap(each -> opened.files(each).stream())
                .filter(each -> each.getParent().endsWith("version-2"))
                .forEach(each -> files.put(each.getFileName().toString(), opened.contentOf(each)));
        try {
            StateDump.compare(new PlainDirectory(files).read(), found);
        } catch (Unreadable unreadable) {
            throw new Violation(
                    "INV-20", "the server has started, but another reader says: " + unreadable.getMessage());
        }
    }

    private void refusedToStart(StorageException refused) {
        time.trace(() -> "server does not start: " + refused.getMessage());
        runtime = null;
        Runnable flipBack = unrot;
        if (flipBack != null) {
            flipBack.run();
            unrot = null;
            reached.accept(Reached.ROT_REFUSED);
        } else if (!diskTroubled) {
            throw new Violation("INV-20", "nothing was damaged, yet the server refuses to start: " + refused);
        } else if (!failsAlways) {
            heal();
        }
        disk.crashAfter(0);
        restartSoon();
    }

    private void restartSoon() {
        int of = life;
        long soon = chance.spread(1_000_000, 3_000_000_000L);
        time.after(Math.max(soon, awayUntilNanos - time.nowNanos()), () -> {
            if (of == life && runtime == null) {
                boot();
            }
        });
    }

    /** Ends the process, with the power or alone, and nobody starts another for so long; false if there is none. */
    boolean dieForLong(long nanos) {
        if (runtime == null) {
            return false;
        }
        awayUntilNanos = time.nowNanos() + nanos;
        die(handOver.oneIn(2));
        return true;
    }

    /** Ends the process; with the power, or alone. */
    void die(boolean power) {
        if (runtime == null) {
            return;
        }
        reached.accept(power ? Reached.POWER_CUT : Reached.KILLED);
        if (gate().isClosed()) {
            reached.accept(Reached.DIED_IN_A_HAND_OVER);
        }
        gone(power);
        restartSoon();
    }

    private void gone(boolean power) {
        lookAtImage();
        time.trace(() -> "server ends power=" + !power);
        life++;
        noteRefusals();
        runtime = null;
        powerWillFail |= power;
        if (powerWillFail && history.chronicle().isCommitting()) {
            reached.accept(Reached.POWER_CUT_DURING_A_COMMIT);
        }
        if (newLog) {
            reached.accept(Reached.DIED_WITH_A_NEW_LOG);
        }
        disk.crashAfter(0);
        boolean silent = power && chance.oneIn(2);
        for (SimulatedLoop loop : loops) {
            for (SimulatedSocket socket : loop.sockets()) {
                if (silent) {
                    socket.wire().machineGone();
                } else {
                    socket.wire().closedByServer();
                }
                socket.abandon();
            }
            loop.turn();
        }
    }

    private void noteRefusals() {
        if (runtime == null) {
            return;
        }
        for (Limit each : runtime.refused()) {
            switch (each) {
                case SESSIONS -> reached.accept(Reached.SESSION_TOO_MANY);
                case OPENINGS -> reached.accept(Reached.SESSION_TOO_SOON);
                case UNREAD -> reached.accept(Reached.GIVEN_UP_FOR_NOT_READING);
                case LISTS -> reached.accept(Reached.LIST_TOO_LONG);
                case REQUESTS -> reached.accept(Reached.REQUEST_HELD_BACK);
                case HANDSHAKES -> reached.accept(Reached.TURNED_OUT_FOR_ANOTHER);
                default -> {}
            }
        }
        if (runtime.hasTurnedStraysAway()) {
            reached.accept(Reached.ANOTHER_ENSEMBLE_CALLED);
        }
    }

    /** Lets the process die in one of its next calls to the disk, or as soon as a log has begun that may vanish again. */
    void dieInCall() {
        diesWithNewLog = runtime != null && chance.oneIn(3);
        disk.crashAfter(diesWithNewLog ? Long.MAX_VALUE : chance.below(12));
        powerWillFail = chance.oneIn(2);
    }

    /** Lets the process die in one of the next turns of its writer, or between two in the middle of a hand-over. */
    void dieInTurn() {
        diesInTurn = runtime != null;
    }

    /** Stops the process in order. */
    void stop() {
        SimulatedRuntime ending = runtime;
        Succession coming = succession;
        if (ending == null || !mayStop()) {
            return;
        } else if (coming != null && coming.preparing) {
            coming.stops = true;
            return;
        }
        reached.accept(Reached.STOPPED_AND_STARTED);
        int of = life;
        guarded(of, () -> {
            end(ending);
            recovered.storage().close();
            history.chronicle().forced(recovered.storage().log().lastZxid());
        });
        if (of == life) {
            ended();
            disk.crashAfter(0);
            // A sync that failed may have been that of the mark which tells damage from an unfinished end.
            if (plan.has(Fault.BIT_ROT) && !diskTroubled && chance.oneIn(2)) {
                rot();
            }
            if (plan.has(Fault.FILES_LOST) && !diskTroubled && losses.oneIn(2)) {
                loseFiles();
            }
            restartSoon();
        }
    }

    private boolean mayStop() {
        return busy.isEmpty() && time.nowNanos() >= pausedUntilNanos;
    }

    /** Lets the process do all that it has taken on. */
    private void end(SimulatedRuntime ending) throws Exception {
        stopping = true;
        try {
            for (SimulatedLoop loop : loops) {
                loop.sockets().forEach(socket -> socket.close());
                loop.turn();
            }
            int work = 1;
            while (work > 0) {
                work = ending.turn(Role.SEQUENCER, clock.nanos()) + ending.turn(Role.LOG, clock.nanos());
                for (SimulatedLoop loop : loops) {
                    loop.turn();
                }
            }
            // Beside a reader's last turn, where it must not go through that.
            requireLoopSound();
        } finally {
            stopping = false;
        }
    }

    /** Nobody is there any more. */
    private void ended() {
        life++;
        noteRefusals();
        runtime = null;
    }

    private void rot() {
        if (defect == Defect.CHECKSUM_IGNORED) {
            LogDamage.flipUnnoticed(disk, logDirectory(), chance::below);
            return;
        }
        if (defect == Defect.ZERO_LENGTH_ENDS_LOG) {
            LogDamage.endEarly(disk, logDirectory(), chance::below);
            return;
        }
        if (isDamaged.getAsBoolean()) {
            return;
        }
        List<Path> files = new ArrayList<>(disk.files(DATA));
        if (plan.twoDirectories()) {
            files.addAll(disk.files(logDirectory()));
        }
        Path file = files.get(chance.below(files.size()));
        if (file.endsWith("numbers") && plan.has(Fault.RESTORE) && plan.has(Fault.CLOCK_JUMP)) {
            // With everything replaced and the clock begun again nothing else shows which numbers sessions had.
            return;
        }
        decay(file, chance);
    }

    private void decay(Path file, Chance drawn) {
        Decay decay = Decay.of(disk.contentOf(file), plan.sectorBytes(), drawn);
        if (decay.isIn(decay.decayed())) {
            decayedBehind = runtime != null;
            decayedRead = false;
            disk.replace(file, decay.decayed());
            time.trace(() -> "decay of " + file + ": " + decay);
            damaged = file;
            isDamaged = () -> disk.exists(file) && decay.isIn(disk.contentOf(file));
            unrot = () -> {
                if (isDamaged.getAsBoolean()) {
                    disk.replace(file, decay.mended(disk.contentOf(file)));
                }
            };
        }
    }

    /** A file may decay with which the running server is done. */
    void decayBehind(Chance drawn) {
        List<Path> behind = recordedFiles().stream()
                .filter(each -> !each.equals(newestLog()) && disk.isDurable(each))
                .toList();
        if (runtime != null && !diskTroubled && !isDamaged.getAsBoolean() && !behind.isEmpty()) {
            decay(behind.get(drawn.below(behind.size())), drawn);
        }
    }

    private void loseFiles() {
        if (isDamaged.getAsBoolean()) {
            return;
        }
        FileLoss loss = FileLoss.strike(disk, recordedFiles(), plan.sectorBytes(), losses);
        if (!loss.files().isEmpty()) {
            time.trace(() -> "loss " + loss);
            decayedBehind = false;
            damaged = loss.files().get(0);
            isDamaged = loss::isThere;
            unrot = loss::mend;
            if (loss.isOfAllSnapshots()) {
                reached.accept(Reached.ALL_SNAPSHOTS_UNREADABLE);
            }
        }
    }

    /** Returns all logs and snapshots. */
    private List<Path> recordedFiles() {
        List<Path> files = new ArrayList<>(disk.files(DATA));
        files.addAll(disk.files(LOGS));
        files.removeIf(each -> !isNamed(each, "log.") && !isNamed(each, "snapshot."));
        return files;
    }

    private static boolean isNamed(Path file, String prefix) {
        return file.getFileName().toString().startsWith(prefix);
    }

    private @Nullable Path newestLog() {
        return recordedFiles().stream()
                .filter(each -> isNamed(each, "log."))
                .max(Comparator.comparingLong(each ->
                        Long.parseUnsignedLong(each.getFileName().toString().substring("log.".length()), 16)))
                .orElse(null);
    }

    /** What has decayed behind the server it has long found, and done without: rule DP-26. */
    void requireReplaced() {
        if (!decayedBehind || unrot == null) {
            return;
        }
        try {
            RecoveredServer.open(
                    disk.afterPowerCut(images), DATA, logDirectory(), logSettings(), plan.tickMillis(), hashes());
        } catch (StorageException refused) {
            throw new Violation("DP-26", "what has decayed while the server ran it still needs: " + refused);
        }
    }

    // The disk's troubles.

    void failSyncs(int count) {
        healed = false;
        diskTroubled = true;
        failsAlways |= count == Strike.ALWAYS;
        disk.failSyncs(count);
    }

    /** Lets the next calls fail that write, name or delete something. */
    void failCalls(int count) {
        healed = false;
        diskTroubled = true;
        failsAlways |= count == Strike.ALWAYS;
        failingCalls = count;
    }

    /** Lets the next syncs find that there is no space. */
    void fillAtSync(int count) {
        healed = false;
        diskTroubled = true;
        fullAtSync = true;
        failsAlways |= count == Strike.ALWAYS;
        disk.failSyncsForSpace(count);
    }

    /** Lets the next calls fail that read something. */
    void failReads(int count) {
        healed = false;
        diskTroubled = true;
        failsAlways |= count == Strike.ALWAYS;
        failingReads = count;
    }

    /** Lets all calls fail that do not only read, until somebody heals it. */
    void onlyRead() {
        healed = false;
        diskTroubled = true;
        failsAlways = true;
        onlyRead = true;
    }

    void fillDisk(int bytesLeft) {
        healed = false;
        diskTroubled = true;
        disk.capacity(disk.usedBytes() + bytesLeft);
    }

    /** Gives back what the disk needs; what it has lost is lost. Whoever sends a state, and not yet all of it, gives up. */
    void heal() {
        Succession coming = succession;
        if (coming != null) {
            coming.givenUp = true;
        }
        healed = true;
        diesInTurn = false;
        diesWithNewLog = false;
        if (runtime != null) {
            disk.crashAfter(Long.MAX_VALUE);
            powerWillFail = false;
        }
        disk.failSyncs(0);
        failingCalls = 0;
        failingReads = 0;
        onlyRead = false;
        failsAlways = false;
        fullAtSync = false;
        disk.capacity(Long.MAX_VALUE);
        callNanosMax = 0;
        // Nobody has come to it yet.
        syncSticks &= busy.contains(Role.LOG);
    }

    /** Lets calls of the log take up to so long from now on. */
    void slowDisk(long nanosMax) {
        callNanosMax = nanosMax;
    }

    /** Lets the next sync of the log not come back, until the process is killed. */
    void stickSync(long untilKilledNanos) {
        if (syncSticks) {
            return;
        }
        syncSticks = runtime != null;
        // Also of a process that took its place: the next sync is then one of that.
        int of = ++sticks;
        time.after(untilKilledNanos, () -> {
            // Who has noticed by then is gone, and may not have come back yet.
            if (of == sticks && syncSticks && runtime != null && busy.contains(Role.LOG)) {
                requireNotStuck();
                reached.accept(Reached.KILLED_IN_A_STUCK_SYNC);
                die(chance.oneIn(2));
            }
            syncSticks &= of != sticks;
        });
    }

    private boolean isDiskQuick() {
        return !syncSticks && callNanosMax == 0;
    }

    private long stuckNanos() {
        return plan.tickMillis() * 2_000_000L;
    }

    /** How long the log has been at its turn while the process ran. */
    private long logTurnNanos() {
        return time.nowNanos() - logTurnAtNanos - (pausedNanos - pausedNanosBefore);
    }

    private void requireNotStuck() {
        boolean seen = time.nowNanos() >= pausedUntilNanos;
        if (seen && logTurnNanos() > stuckNanos() / 10 * 13) {
            throw new Violation("DP-18", "the disk has hung for " + logTurnNanos() + " ns, and the server waits");
        }
    }

    /** A pause may cost the disk a tenth of its time. */
    private void requireStuck(StuckDiskException halted) {
        long countedMax =
                logTurnNanos() / 100 * (101 + plan.ratePercentMax()) + (pauses - pausesBefore) * stuckNanos() / 10;
        if (!busy.contains(Role.LOG) || countedMax < stuckNanos()) {
            throw new Violation("DP-18", "after " + countedMax + " ns the server did not wait any longer: " + halted);
        }
    }

    private void failedOnLoop(Throwable failure) {
        // Not through the loop's frames, which would take it for one more failure of the server.
        ofLoop = ofLoop == null ? failure : ofLoop;
    }

    /** What happens in the middle of what the process asks of its disk. */
    private final class Tap implements TappedDisk.Tap {
        @Override
        public void before(String call, Path file, int bytes) throws IOException {
            onDiskCall(call, file, bytes);
        }

        @Override
        public void beforeReading(String call, Path file) throws IOException {
            onDiskRead(call, file);
        }

        /** What fills a log ahead looks only for itself, and so does what receives a state. */
        @Override
        public void beforeLooking(Path directory) {
            if (atTurn == Role.LOG || runtime == null) {
                space.looks();
            }
        }
    }

    private void onDiskRead(String call, Path file) throws IOException {
        if (failingReads > 0) {
            failingReads--;
            readFailed = true;
            reached.accept(Reached.READ_FAILED);
            time.trace(() -> call + " of " + file + " fails");
            throw new IOException("Input/output error");
        }
        if (atTurn != Role.SNAPSHOT || stopping || copying || !plan.has(Fault.DECAY_BEHIND)) {
            return;
        }
        decayedRead |= file.equals(damaged);
        if (scrubs.oneIn(READS_ALONE)) {
            long before = history.chronicle().lastZxid();
            othersRun(scrubs.below(plan.diskNanosMax()));
            if (history.chronicle().lastZxid() > before) {
                reached.accept(Reached.WRITES_WHILE_FILES_ARE_READ_AGAIN);
            }
        }
    }

    private void onDiskCall(String call, Path file, int bytes) throws IOException {
        if (images.oneIn(CALLS_OF_AN_IMAGE)) {
            lookAtImage();
        }
        if (failingCalls > 0 && !call.equals("sync") && !call.equals("close")) {
            failingCalls--;
            reached.accept(Reached.CALL_FAILED);
            time.trace(() -> call + " of " + file + " fails");
            throw new IOException("Input/output error");
        }
        if (onlyRead && !call.equals("close")) {
            time.trace(() -> call + " of " + file + " fails");
            throw new IOException("Read-only file system");
        }
        boolean ofSnapshot = file.toString().contains("snapshot");
        boolean ofNextLog = file.endsWith("tmp.next-log");
        if (call.equals("rename") && file.endsWith("reserve")) {
            reached.accept(Reached.RESERVE_TAKEN);
        }
        if (call.equals("rename") && ofNextLog) {
            reached.accept(Reached.NEXT_LOG_TAKEN);
        }
        if (busy.contains(Role.SNAPSHOT) && call.equals("rename") && ofSnapshot) {
            reached.accept(Reached.SNAPSHOT_WRITTEN);
            if (decayedBehind && decayedRead && isDamaged.getAsBoolean()) {
                reached.accept(Reached.DECAY_FOUND_BY_READING_AGAIN);
            }
            judgeSnapshot(file);
        }
        if (call.equals("delete")
                && ofSnapshot
                && isDamaged.getAsBoolean()
                && damaged.toString().contains("snapshot")) {
            reached.accept(Reached.PURGED_BESIDE_A_DAMAGED_SNAPSHOT);
        }
        if (newLog && diesWithNewLog && call.equals("sync-directory")) {
            diesWithNewLog = false;
            disk.crashAfter(0);
        } else if (call.equals("create") || call.equals("sync-directory")) {
            newLog = call.equals("create") && file.getFileName().toString().startsWith("log.");
        }
        if (stopping) {
            return;
        }
        if (busy.contains(Role.SNAPSHOT) && ofSnapshot && call.equals("write") && chance.oneIn(3)) {
            long before = history.chronicle().lastZxid();
            boolean isInTheMiddle = bytes >= Workload.BULK_BYTES;
            othersRun(chance.below(isInTheMiddle ? BULK_WRITE_NANOS + plan.diskNanosMax() : plan.diskNanosMax()));
            if (history.chronicle().lastZxid() > before) {
                reached.accept(
                        isInTheMiddle ? Reached.WRITES_IN_THE_MIDDLE_OF_A_SNAPSHOT : Reached.WRITES_DURING_A_SNAPSHOT);
            }
        }
        if (busy.contains(Role.SNAPSHOT) && ofNextLog && call.equals("sync")) {
            othersRun(chance.below(plan.diskNanosMax()));
        }
        if (call.equals("sync") && file.getFileName().toString().startsWith("log.") && !busy.contains(Role.LOG)) {
            syncInATurn();
        } else if (busy.contains(Role.LOG) && !ofSnapshot && !ofNextLog && call.equals("sync")) {
            int answers = history.answerCount();
            if (syncSticks) {
                othersRun(Long.MAX_VALUE);
            } else if (callNanosMax > 0) {
                othersRun(chance.spread(callNanosMax / 1000 + 1, callNanosMax));
            }
            if (history.answerCount() > answers) {
                reached.accept(Reached.ANSWERED_DURING_A_SYNC);
            }
        }
    }

    /** The sequencer itself writes a lone change: while the disk takes its time neither it nor the log nor a loop that has it turns. */
    private void syncInATurn() {
        reached.accept(Reached.LONE_CHANGE_WRITTEN);
        boolean isInAReadersTurn = !plan.sequencerOnLoop() && !busy.contains(Role.SEQUENCER);
        if (isDiskQuick() || isInAReadersTurn) {
            return;
        }
        int of = life;
        logTurnBegins();
        busy.add(Role.LOG);
        sequencerWaits = true;
        try {
            if (syncSticks) {
                othersRun(Long.MAX_VALUE);
            } else {
                long nanos = chance.spread(callNanosMax / 1000 + 1, callNanosMax);
                sessions.standsStill(nanos, false);
                othersRun(nanos);
            }
            while (time.nowNanos() < pausedUntilNanos) {
                othersRun(pausedUntilNanos - time.nowNanos());
            }
        } finally {
            sequencerWaits = false;
            if (of == life) {
                busy.remove(Role.LOG);
                if (rungAgain.remove(Role.LOG)) {
                    ring(Role.LOG, of);
                }
                heldUp.forEach(each -> time.after(1, each));
            }
            heldUp.clear();
        }
    }

    private void logTurnBegins() {
        logTurnAtNanos = time.nowNanos();
        pausedNanosBefore = pausedNanos;
        pausesBefore = pauses;
    }

    private void judgeSnapshot(Path file) {
        if (defect == Defect.DIGEST_OF_ANOTHER_ZXID) {
            SnapshotEnd.labelByName(disk, file);
        } else if (defect == Defect.WRONG_SNAPSHOT_SEALED) {
            SnapshotEnd.flipSealed(disk, file, chance::below);
        }
        SnapshotEnd end = SnapshotEnd.of(disk, file);
        history.chronicle().snapshotTaken(end.nameZxid(), end.digestZxid(), end.digest());
        soundSnapshots.written(file.resolveSibling("snapshot." + Long.toHexString(end.nameZxid())));
    }

    void takeSnapshot() {
        if (runtime != null) {
            runtime.takeSnapshot(taken -> {
                reached.accept(Reached.SNAPSHOT_FOR_AN_OPERATOR);
                save(taken);
            });
        }
    }

    private void save(TakenSnapshot taken) {
        copying = true;
        try {
            saved = new Saved(
                    taken.content().readAllBytes(),
                    new Era.Moment(history.era(), taken.written().zxid()),
                    !taken.written().file().equals(damaged) || !isDamaged.getAsBoolean());
        } catch (IOException e) {
            if (!readFailed) {
                throw new UncheckedIOException(e);
            }
        } finally {
            copying = false;
        }
    }

    /**
     * Has everything replaced by what an operator was given before, if he was; else he is given something now. It may reach the
     * server damaged, and the process may die on the way.
     */
    void restore(Chance drawn) {
        Saved given = saved;
        if (given == null) {
            takeSnapshot();
        } else if (runtime != null && succession == null) {
            if (drawn.oneIn(3)) {
                powerWillFail = drawn.oneIn(2);
                disk.crashAfter(drawn.below(50));
            }
            int of = life;
            guarded(of, () -> {
                try {
                    succession = new Succession(runtime, given, drawn);
                    sendSoon(succession);
                } catch (RestoreRefusedException refused) {
                    refused(refused, false);
                }
            });
        }
    }

    private void sendSoon(Succession sent) {
        long soon = sent.drawn.spread(100_000, 20_000_000);
        time.after(Math.max(soon, pausedUntilNanos - time.nowNanos()), () -> send(sent));
    }

    private void send(Succession next) {
        if (next.of != life) {
            return;
        } else if (!mayStop()) {
            sendSoon(next);
            return;
        }
        guarded(next.of, () -> {
            if (next.givenUp) {
                succession = null;
                next.sending.abandon();
            } else if (next.sendPiece()) {
                sendSoon(next);
            } else {
                restore(next);
            }
        });
    }

    private void restore(Succession next) throws Exception {
        Throwable failure = next.sending
                .end(false, next)
                .handle((zxid, cause) -> cause)
                .toCompletableFuture()
                .get();
        if (next.broken != null) {
            throw next.broken;
        } else if (next.of != life) {
            return;
        }
        succession = null;
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof RestoreRefusedException refused && refused.reason() == Reason.STOPPING) {
            stop();
        } else if (failure instanceof RestoreRefusedException refused) {
            refused(refused, next.damaged);
        } else if (diskTroubled) {
            ended();
            restartSoon();
        } else {
            throw new Violation("DP-20", "nothing was wrong with the disk, yet a restore has failed: " + failure);
        }
    }

    private void refused(RestoreRefusedException refused, boolean damaged) {
        disk.crashAfter(Long.MAX_VALUE);
        powerWillFail = false;
        boolean isReason = refused.reason() == Reason.UNSOUND ? damaged || readFailed : diskTroubled;
        if (!isReason) {
            throw new Violation("INV-20", "nothing is wrong with what was sent, yet it is refused: " + refused);
        } else if (damaged) {
            reached.accept(Reached.DAMAGED_STATE_NOT_RESTORED);
        }
    }

    /** A state on its way to the server, and what puts the next process in the place of one. While it is prepared others go on. */
    private final class Succession implements Rebirth, Restoration.Witness {
        private final int of = life;
        private final SimulatedRuntime ending;
        private final Era.Moment shown;
        private final boolean damaged;
        private final Chance drawn;
        private final ByteBuffer unsent;
        private final Restoration.Sending sending;
        private boolean preparing;
        private boolean givenUp;
        private boolean stops;

        /** What has gone wrong below the server, which takes it for a failure of its own. */
        private @Nullable Violation broken;

        Succession(SimulatedRuntime ending, Saved given, Chance drawn) throws RestoreRefusedException {
            this.ending = ending;
            this.shown = given.shown;
            boolean damagedOnTheWay = drawn.oneIn(4);
            this.damaged = damagedOnTheWay || !given.sound;
            this.drawn = drawn;
            byte[] bytes = given.bytes.clone();
            bytes[drawn.below(bytes.length)] ^= (byte) (damagedOnTheWay ? 1 << drawn.below(8) : 0);
            this.unsent = ByteBuffer.wrap(bytes);
            this.sending = recovered.restoration(settings(), this, clock).begin(bytes.length);
        }

        /** Says whether there was something left to send. */
        boolean sendPiece() {
            int bytes = Math.min(unsent.remaining(), 1 + unsent.limit() / PIECES);
            sending.take(unsent.slice(unsent.position(), bytes));
            unsent.position(unsent.position() + bytes);
            return bytes > 0;
        }

        @Override
        public void prepare(Runnable work) {
            preparing = true;
            try {
                work.run();
            } finally {
                preparing = false;
            }
        }

        @Override
        public void lookAt(Throwable failure) {}

        @Override
        public void requireTime() {
            if (drawn.oneIn(8)) {
                long before = history.chronicle().lastZxid();
                goOnLater(drawn.below(PREPARED_NANOS));
                if (history.chronicle().lastZxid() > before) {
                    reached.accept(Reached.WRITES_WHILE_A_RESTORE_IS_PREPARED);
                }
            }
            if (stops) {
                throw new CancellationException();
            }
        }

        private void goOnLater(long nanos) {
            try {
                othersRun(nanos);
                while (time.nowNanos() < pausedUntilNanos) {
                    othersRun(pausedUntilNanos - time.nowNanos());
                }
            } catch (ProcessGone gone) {
                reached.accept(Reached.DIED_WHILE_A_RESTORE_IS_PREPARED);
                throw gone;
            } catch (Violation found) {
                broken = found;
                throw found;
            }
        }

        @Override
        public void begins() {}

        @Override
        public void from(Replacement replacement) throws Exception {
            try {
                giveWayTo(replacement);
            } catch (Violation found) {
                broken = found;
                throw found;
            }
        }

        private void giveWayTo(Replacement replacement) throws Exception {
            end(ending);
            long lastZxid = recovered.storage().log().lastZxid();
            DataDirectory held = recovered.storage().handOver();
            history.chronicle().forced(lastZxid);
            if (drawn.oneIn(3)) {
                powerWillFail = drawn.oneIn(2);
                disk.crashAfter(drawn.between(1, CALLS_OF_THE_LAST_STEP));
            }
            ended();
            int next = life;
            sent = new Sent(shown, replacement.zxid(), next, false);
            guarded(
                    next,
                    () -> start(
                            next,
                            () -> RecoveredServer.open(
                                    held, replacement, lastZxid, logSettings(), plan.tickMillis(), hashes())));
        }

        @Override
        public void replaced() {
            sent = new Sent(shown, sent.zxid, sent.successor, true);
        }

        @Override
        public OptionalLong lastAtNanos() {
            return OptionalLong.empty();
        }
    }

    /** Lets time pass in the middle of a call to the disk; the thread that made it waits, nobody else does. */
    private void othersRun(long nanos) {
        int of = life;
        long until = nanos == Long.MAX_VALUE ? nanos : time.nowNanos() + nanos;
        // What they ask of the disk is none of its business.
        Role waiting = atTurn;
        atTurn = null;
        try {
            while (of == life && time.runNext(until)) {}
        } finally {
            atTurn = waiting;
        }
        if (of != life) {
            throw new ProcessGone();
        }
        time.runUntil(until);
    }

    // Time.

    /** Stops the process, or the whole machine, for a while; false if it does not run. */
    boolean pause(long nanos, boolean suspended) {
        if (runtime == null || time.nowNanos() < Math.max(pausedUntilNanos, starvedUntilNanos)) {
            return false;
        }
        pausedUntilNanos = time.nowNanos() + nanos;
        int of = life;
        time.after(nanos, () -> resumed(of, nanos, suspended ? nanos : 0));
        sessions.standsStill(nanos, suspended);
        if (nanos > plan.sessionMillis() * 1_000_000L) {
            reached.accept(Reached.PAUSED_LONGER_THAN_A_SESSION);
        }
        return true;
    }

    /** Gives one of the loops no turns for a while, if that is not the end of everything. */
    void starveLoop(long nanos) {
        if (runtime == null
                || plan.sequencerOnLoop()
                || time.nowNanos() < Math.max(pausedUntilNanos, starvedUntilNanos)) {
            return;
        }
        int index = chance.below(loops.size());
        starvedLoop = index;
        starvedUntilNanos = time.nowNanos() + nanos;
        int of = life;
        time.after(nanos, () -> idleNanos[index] += of == life ? nanos : 0);
        sessions.starves(loops.get(index), nanos);
        if (defect == Defect.EXPIRED_WITHOUT_ASKING_ALL_LOOPS) {
            time.after(Math.max(0, nanos - 2 * plan.turnNanosMax()), () -> expireAtOnce(of));
        }
    }

    private void expireAtOnce(int of) {
        if (of == life && runtime != null) {
            runtime.expireAtOnce();
        }
    }

    private void resumed(int of, long nanos, long stoodStillNanos) {
        if (of != life || runtime == null) {
            return;
        }
        pausedNanos += nanos;
        for (int i = 0; i < idleNanos.length; i++) {
            idleNanos[i] += nanos - stoodStillNanos;
        }
        pauses++;
        clock.stoodStill(stoodStillNanos);
        if (defect == Defect.EXPIRED_WITHOUT_STALL_RULE) {
            expireAtOnce(of);
        }
    }

    void jumpClock(long millis) {
        clock.jump(millis);
        for (Role each : Role.values()) {
            if (runtime != null) {
                ring(each, life);
            }
        }
    }

    // Turns.

    private void ring(Role role, int of) {
        if (role == Role.SEQUENCER && plan.sequencerOnLoop()) {
            if (of == life && runtime != null) {
                runtime.ringSequencer();
            }
        } else if (of == life && rung.add(role)) {
            long wait = role == Role.SEQUENCER ? plan.turnNanosMax() : plan.diskNanosMax();
            if (role == Role.SEQUENCER && gate().isClosed()) {
                wait += HAND_OVER_NANOS;
            }
            time.after(chance.spread(wait / 100 + 1, wait), () -> turn(role, of));
        }
    }

    private void turn(Role role, int of) {
        if (of != life || runtime == null || deferred(() -> turn(role, of))) {
            return;
        }
        rung.remove(role);
        if (busy.contains(role)) {
            rungAgain.add(role);
            return;
        }
        guarded(of, () -> agentTurn(role, of));
    }

    private void agentTurn(Role role, int of) throws Exception {
        SimulatedRuntime running = runtime;
        int work;
        busy.add(role);
        if (role == Role.LOG) {
            logTurnBegins();
        }
        try {
            work = turnOf(role, running);
        } finally {
            busy.remove(role);
        }
        if (of == life && diesInTurn && gate().isClosed() && handOver.oneIn(8)) {
            die(handOver.oneIn(2));
        }
        if (of != life) {
            throw new ProcessGone();
        }
        if (role == Role.SEQUENCER) {
            lookAtSessions();
            lookAtRecounts();
            requireBounds();
            if (defect == Defect.MEMORY_DAMAGED && chance.oneIn(100)) {
                damage(recovered.state().tree());
            }
            if (defect == Defect.SESSIONS_EXPIRE_LATE && time.nowNanos() < plan.durationMillis() * 1_000_000L) {
                renewAll();
            }
            if (defect == Defect.WATCH_THAT_NOBODY_WANTS && chance.oneIn(100)) {
                watchUnasked();
            }
            if (defect == Defect.EPHEMERAL_GONE_WITHOUT_TRANSACTION && !gate().isClosed() && chance.oneIn(100)) {
                loseEphemeral(recovered.state().tree());
            }
        }
        time.note(role.name(), work);
        if (rungAgain.remove(role) | work > 0 || running.hasWork(role)) {
            ring(role, of);
            return;
        }
        VirtualTime.Timer before = timers.remove(role);
        if (before != null) {
            before.cancel();
        }
        long deadline = running.deadlineNanos(role);
        if (deadline != Long.MAX_VALUE) {
            timers.put(role, time.after(clock.untilNanos(deadline), () -> ring(role, of)));
        }
    }

    private void lookAtSessions() {
        sessions.look(state(), loops);
        state().sessions().timeoutsMillis().keySet().stream()
                .filter(this::isEnding)
                .forEach(history.chronicle()::endDecided);
    }

    private void lookAtRecounts() {
        long completed = runtime.recounts();
        if (completed > recounts) {
            long zxid = state().tree().position().zxid();
            if (zxid > recountedZxid) {
                reached.accept(Reached.WRITES_DURING_A_RECOUNT);
            }
            recounts = completed;
            recountedZxid = zxid;
            // Who has no space left keeps what a start needs, and no more.
            if (!plan.has(Fault.DISK_FULL) && !plan.has(Fault.FULL_AT_SYNC)) {
                soundSnapshots.recounted();
            }
        }
    }

    /** Judges that the writer takes no requests while a loop has too much to do already: rule INV-15. */
    private int turnOf(Role role, SimulatedRuntime running) throws Exception {
        boolean behind = role == Role.SEQUENCER && isAnyLoopBehind(running);
        int waiting = running.waitingRequests();
        Role interrupted = atTurn;
        atTurn = role;
        int work;
        try {
            work = running.turn(role, clock.nanos());
        } finally {
            atTurn = interrupted;
        }
        if (behind) {
            reached.accept(Reached.LOOP_BEHIND);
        }
        if (behind && running.waitingRequests() < waiting) {
            note(new Violation(
                    "INV-15",
                    running.longestInbox() + " answers and events wait for a loop, beyond " + room.inbox()
                            + " no request should be taken"));
        }
        return work;
    }

    private boolean isAnyLoopBehind(SimulatedRuntime running) {
        return running.longestInbox() > room.inbox();
    }

    private void note(Violation violation) {
        broken = broken == null ? violation : broken;
    }

    private void requireNothingBroken() {
        if (broken != null) {
            throw broken;
        }
    }

    /** What happens in the middle of what one process does. */
    private final class Host implements SimulatedRuntime.Host {
        private final int of;

        Host(int of) {
            this.of = of;
        }

        /** Half of the time the whole hand-over, else some of it, so that loops may come between. */
        @Override
        public int handOverSteps() {
            return plan.sequencerOnLoop() || handOver.oneIn(2) ? Integer.MAX_VALUE : 1 + handOver.below(6);
        }

        @Override
        public void ring(Role role) {
            SimulatedMachine.this.ring(role, of);
        }

        @Override
        public Loans loans(int loop) {
            RandomGenerator collector = defect == Defect.COLLECTOR_DECIDES_WHAT_IS_LENT
                    ? new Random(System.identityHashCode(this))
                    : chance.fork("loans" + of + "-" + loop);
            return new DrawnLoans(collector, bytes -> {
                reached.accept(Reached.LIST_LENT);
                time.note("lends", bytes);
            });
        }

        @Override
        public void failed(Throwable failure) {
            failedOnLoop(failure);
        }

        /** The process may die between any two effects, and the log may have written the first of them. */
        @Override
        public void deciding() {
            if (!busy.contains(Role.SEQUENCER) || stopping) {
                return;
            }
            if (isDiskQuick() && !gate().isClosed() && runtime.hasWork(Role.LOG) && handOver.oneIn(2)) {
                reached.accept(Reached.LOGGED_DURING_A_TURN);
                turn(Role.LOG, of);
            }
            if (of == life && diesInTurn) {
                reached.accept(Reached.DIED_IN_A_TURN);
                die(handOver.oneIn(2));
            }
            if (of != life) {
                throw new ProcessGone();
            }
        }

        @Override
        public void reading() {
            long before = recovered.state().tree().position().zxid();
            if (gateLock != null) {
                gateLock.inTheMiddle();
            }
            if (recovered.state().tree().position().zxid() > before) {
                reached.accept(Reached.CHANGED_DURING_A_READ);
            }
        }
    }

    /** Lets the sequencer have a turn where a reader has just looked at the tree, and where it needs the gate to be open. */
    private final class Alternation implements SharedLock.Writer {
        private final SimulatedRuntime running;
        private final ReadGate gate;
        private final int of;

        Alternation(SimulatedRuntime running, ReadGate gate, int of) {
            this.running = running;
            this.gate = gate;
            this.of = of;
        }

        @Override
        public void mayGoOn() {
            if (handOver.oneIn(3)) {
                goOn();
            }
        }

        @Override
        public void goOn() {
            if (of != life || ofLoop != null || busy.contains(Role.SEQUENCER)) {
                return;
            }
            long before = recovered.state().tree().position().zxid();
            takeTurn(Role.SEQUENCER);
            if (isDiskQuick() && !busy.contains(Role.LOG)) {
                takeTurn(Role.LOG);
                takeTurn(Role.SEQUENCER);
            }
            if (recovered.state().tree().position().zxid() > before) {
                reached.accept(Reached.CHANGED_BEHIND_A_READER);
            }
        }

        @Override
        public void openGate() {
            reached.accept(Reached.READER_AT_A_CLOSED_GATE);
            while (gate.isClosed()) {
                takeTurn(Role.SEQUENCER);
            }
        }

        private void takeTurn(Role role) {
            if (!running.hasWork(role)) {
                return;
            }
            try {
                time.note("beside a reader", turnOf(role, running));
                ring(role, of);
            } catch (Exception | SimulatedDisk.Crash failure) {
                // Not through the reader's frames, whose business it is not.
                ofLoop = ofLoop == null ? failure : ofLoop;
            }
        }
    }

    /** Flips a bit in the data of one of the nodes below the root, if they have any. */
    private void damage(ZnodeTree tree) {
        List<String> names = tree.root().children().names();
        Znode node = tree.find("/" + names.get(chance.below(names.size())));
        DamagedMemory.flipBit(Objects.requireNonNull(node), chance::below);
    }

    private static void loseEphemeral(ZnodeTree tree) {
        for (long owner : tree.ephemeralOwners()) {
            String path = tree.ephemeralsOf(owner).get(0);
            tree.gate().close();
            tree.apply(
                    TxnEntry.of(owner, 0, tree.position().zxid(), 0, new Txn.Delete(path), null)
                            .header(),
                    new Txn.Delete(path),
                    Aftermath.UNHEEDED);
            tree.gate().open();
            return;
        }
    }

    private void wake(int index, boolean[] woken, int of) {
        if (of == life && !woken[0]) {
            woken[0] = true;
            time.after(
                    chance.spread(plan.turnNanosMax() / 100 + 1, plan.turnNanosMax()),
                    () -> loopTurn(index, woken, of));
        }
    }

    private void loopTurn(int index, boolean[] woken, int of) {
        if (of != life
                || runtime == null
                || deferred(() -> loopTurn(index, woken, of))
                || starved(index, () -> loopTurn(index, woken, of))
                || isHeldUp(() -> loopTurn(index, woken, of))) {
            return;
        }
        woken[0] = false;
        time.note("loop", index);
        SimulatedLoop loop = loops.get(index);
        loop.turn();
        look(loop);
        requireNoTimerOfTheGone(loop);
        guarded(of, this::requireLoopSound);
        if (of != life) {
            return;
        }
        if (plan.sequencerOnLoop()) {
            lookAtSessions();
            lookAtRecounts();
            requireBounds();
        }
        VirtualTime.Timer before = loopTimers.remove(index);
        if (before != null) {
            before.cancel();
        }
        if (loop.hasWork()) {
            wake(index, woken, of);
        } else if (loop.deadlineNanos() != Long.MAX_VALUE) {
            loopTimers.put(index, time.after(clock.untilNanos(loop.deadlineNanos()), () -> wake(index, woken, of)));
        }
    }

    private boolean starved(int index, Runnable turn) {
        if (index != starvedLoop || time.nowNanos() >= starvedUntilNanos) {
            return false;
        }
        time.after(starvedUntilNanos - time.nowNanos() + 1, turn);
        return true;
    }

    private boolean isHeldUp(Runnable turn) {
        boolean isHeldUp = sequencerWaits && plan.sequencerOnLoop();
        if (isHeldUp) {
            heldUp.add(turn);
        }
        return isHeldUp;
    }

    private void look(SimulatedLoop loop) {
        doorstep.look(loop);
        for (SimulatedSocket each : loop.sockets()) {
            each.look();
            if (each.isFarAhead()) {
                reached.accept(Reached.READ_AHEAD_FULL);
            }
        }
        if (runtime != null && runtime.waitingRequests() == room.queue()) {
            reached.accept(Reached.WRITERS_QUEUE_FULL);
        }
        requireNothingBroken();
    }

    private void requireLoopSound() throws Exception {
        Throwable failure = ofLoop;
        ofLoop = null;
        if (failure instanceof Error error) {
            throw error;
        } else if (failure != null) {
            throw (Exception) failure;
        }
    }

    private boolean deferred(Runnable turn) {
        if (time.nowNanos() >= pausedUntilNanos) {
            return false;
        }
        time.after(pausedUntilNanos - time.nowNanos() + 1 + chance.below(plan.turnNanosMax()), turn);
        return true;
    }

    // The process's outermost frame.
    private void guarded(int of, Work work) {
        try {
            work.run();
        } catch (SimulatedDisk.Crash | ProcessGone gone) {
            if (of == life) {
                reached.accept(Reached.DIED_IN_A_CALL);
                gone(powerWillFail);
                restartSoon();
            }
        } catch (StuckDiskException halted) {
            requireStuck(halted);
            reached.accept(Reached.HALTED_BY_A_STUCK_DISK);
            gone(chance.oneIn(2));
            restartSoon();
        } catch (StorageException halted) {
            if (!diskTroubled) {
                throw new Violation("DP-20", "nothing was wrong with the disk, yet the server halts: " + halted);
            }
            if (halted instanceof DiskFullException && !fullAtSync) {
                throw new Violation("DP-22", "the disk is full, but that must not end the server: " + halted);
            }
            reached.accept(
                    onlyRead
                            ? Reached.HALTED_BY_A_DISK_TO_BE_READ
                            : halted instanceof DiskFullException
                                    ? Reached.HALTED_BY_A_FULL_DISK_AT_SYNC
                                    : Reached.HALTED_BY_THE_DISK);
            gone(false);
            if (!failsAlways) {
                heal();
            }
            restartSoon();
        } catch (TreeDamagedException damage) {
            throw new Violation("DP-33", damage.getMessage());
        } catch (Exception failure) {
            bug(failure);
        }
    }

    private static void bug(Throwable failure) {
        boolean ofDigests = String.valueOf(failure.getMessage()).contains("led to digest");
        if (ofDigests) {
            throw new Violation("INV-8", failure.getMessage());
        }
        throw new IllegalStateException("the server has failed", failure);
    }

    private void requireBounds() {
        requireNothingBroken();
        long inside = runtime.outstandingRequests();
        // The end of a session is let in all the same.
        long most = Plan.OUTSTANDING_MAX
                + loops.stream().mapToLong(each -> each.sockets().size()).sum();
        if (inside > most) {
            throw new Violation("INV-15", inside + " requests are inside the server, at most " + most + " may be");
        }
        int sessionCount = recovered.state().sessions().size();
        int sessionsMax = limits.holdings().sessionsMax();
        if (sessionCount > sessionsMax) {
            throw new Violation("INV-15", sessionCount + " sessions are open, at most " + sessionsMax + " may be");
        }
    }

    /** Whom a loop has no socket of, it waits for nothing of: rule INV-16. Only what found no room is tried again in a moment. */
    private void requireNoTimerOfTheGone(SimulatedLoop loop) {
        boolean waits = hasTimer(loop) && loop.deadlineNanos() - clock.nanos() > RETRY_NANOS_MAX;
        // Where the sequencer has its turns on the loop, it has its timer there too.
        if (waits && loop.sockets().isEmpty() && !plan.sequencerOnLoop()) {
            throw new Violation("INV-16", "a loop has no connection, and there is still a timer on it");
        }
    }

    /** What is due is not left behind: the end may come in the middle of a round of ticks. */
    private boolean hasTimer(SimulatedLoop loop) {
        return loop.deadlineNanos() != Long.MAX_VALUE && loop.deadlineNanos() > clock.nanos();
    }

    /** Everybody has gone: nothing may be left of them, rule INV-16. */
    void requireNothingLeft() {
        List<String> left = new ArrayList<>(runtime.leftBehind());
        loops.forEach(loop -> loop.sockets().forEach(each -> left.add("socket of " + each.remote())));
        // Where the sequencer has its turns on the loop, it has its timer there too.
        if (!plan.sequencerOnLoop() && loops.stream().anyMatch(this::hasTimer)) {
            left.add("a timer of a loop");
        }
        TreeSet<Path> once = new TreeSet<>();
        for (Path each : disk.openFiles()) {
            if (!disk.exists(each) || !once.add(each)) {
                left.add("open file " + each);
            }
        }
        disk.filesLeftInBlocks().forEach(each -> left.add("open blocks of " + each));
        if (!left.isEmpty()) {
            throw new Violation("INV-16", "everybody has gone, and there is still " + left);
        }
    }

    // Watches.

    /** Looks at what the server holds for a connection over which no answer is on its way. */
    void lookAtWatches(Wire wire, Conversation conversation) {
        SimulatedSocket socket = socketOf(wire);
        if (socket != null) {
            SimulatedRuntime running = runtime;
            ClientInput input = socket.input();
            conversation.looked(
                    state().tree().position().zxid(),
                    (path, type) -> running.isWatched(input, path, type),
                    running.watchedPaths(input));
            reached.accept(Reached.WATCHES_COMPARED);
        }
    }

    /** Judges that the server holds, for a connection over which nothing at all is on its way, what its client wants: rule INV-13. */
    void requireWatches(Wire wire, ClientWatches wanted) {
        SimulatedSocket socket = socketOf(wire);
        if (socket == null || !wire.isStill() || runtime.longestInbox() > 0) {
            return;
        }
        SimulatedRuntime running = runtime;
        ClientInput input = socket.input();
        HeldWatches held = HeldWatches.of(
                wanted.paths(), (path, type) -> running.isWatched(input, path, type), running.watchedPaths(input));
        // Of what fires and may not be told the client does not know.
        boolean isSo = plan.has(Feature.LISTS) ? held.isWithin(wanted.held()) : held.equals(wanted.held());
        if (!isSo) {
            throw new Violation("INV-13", "the server holds " + held + ", its client wants " + wanted.held());
        }
        reached.accept(Reached.LIBRARY_WATCHES_COMPARED);
    }

    /** Returns the server's end if that is served and nothing is in the middle of a change; null if not. */
    private @Nullable SimulatedSocket socketOf(Wire wire) {
        if (runtime == null || gate().isClosed()) {
            return null;
        }
        for (SimulatedLoop loop : loops) {
            for (SimulatedSocket each : loop.sockets()) {
                if (each.wire() == wire && state().sessions().findOpen(wire.session()) != null) {
                    return each;
                }
            }
        }
        return null;
    }

    /** Gives the sessions of nobody the whole time again. */
    private void renewAll() {
        SessionTable all = state().sessions();
        for (long id : all.timeoutsMillis().keySet()) {
            Session open = all.findOpen(id);
            if (open != null) {
                all.renew(open, plan.sessionMillis(), clock.moment().monotonicMillis());
            }
        }
    }

    private void watchUnasked() {
        for (SimulatedLoop loop : loops) {
            for (SimulatedSocket each : loop.sockets()) {
                if (each.wire().session() != 0) {
                    runtime.watchUnasked(each.input(), "/nobody/asked");
                }
            }
        }
    }

    // Connections.

    /** A client's connection arrives; refused if no process listens. */
    void accept(Wire wire) {
        accept(wire, defect);
    }

    @Override
    public void reads(SimulatedSocket socket) {
        long session = socket.wire().session();
        sessions.heard(session);
        sessions.perhapsHeard(socket.wire().wantedSession());
        if (socket.hasReadGoodbye() && !isEnding(session)) {
            sessions.heardGoodbye(session);
        }
    }

    @Override
    public void closes(SimulatedSocket socket) {
        if (!stopping) {
            doorstep.closed(socket);
        }
    }

    /** A connection of somebody who does not speak the protocol arrives. */
    void acceptStranger(Wire wire) {
        accept(wire, Defect.NONE);
    }

    private void accept(Wire wire, Defect shown) {
        if (runtime == null) {
            wire.closedByServer();
            return;
        }
        SimulatedRuntime serving = runtime;
        int number = ++sockets;
        int index = number % loops.size();
        Chance own = chance.fork("socket" + number);
        Tamper tamper = new Tamper(shown, own, earlier, wire::session);
        SimulatedSocket socket = new SimulatedSocket(number, time, loops.get(index), wire, own, tamper, this);
        wire.accepted(socket);
        TransportLoop loop = transport.get(index);
        loops.get(index).execute(() -> {
            SimulatedPort.accept(
                    socket, socket.remote(), loop, enforcedLimits(), channel -> serve(socket, serving.serve(channel)));
            loops.get(index).register(socket);
        });
    }

    private ClientInput serve(SimulatedSocket socket, ClientInput input) {
        Intake intake = new Intake(socket, input, defect, limits.frameBytesMax(), this::note);
        long patienceNanos = limits.flow().outboundStallMillis() * 1_000_000L;
        int index = loops.indexOf(socket.loop());
        socket.served(
                intake,
                new Outflow(patienceNanos, limits.unreadBytesMax(), clock::nanos, () -> idleNanos[index], this::note));
        return intake;
    }
}
