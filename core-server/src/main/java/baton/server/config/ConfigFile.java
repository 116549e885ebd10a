package baton.server.config;

import baton.server.config.KnownKey.Treatment;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A {@code zoo.cfg}: the settings it asks for, and what deserves a warning.
 *
 * <p>Defaults are Apache ZooKeeper's where the file is silent, except that old files are purged, that more four-letter
 * words are answered on loopback, and that the admin server is reached from there only. {@code jute.maxbuffer} and {@code znode.container.checkIntervalMs}, which
 * there are system properties, may stand in the file.
 *
 * @param settings what to start the server with
 * @param warnings one line for each thing that deserves one
 * @param notes one line for each key that has no effect here, with the reason
 * @param report each key with its value and where that was said
 */
public record ConfigFile(ServerSettings settings, List<String> warnings, List<String> notes, ConfigReport report) {
    /** The key of the profile {@link RequiredSecurity} describes. */
    static final String SECURITY = "baton.security";

    /** Names a file with the lines about servers. */
    private static final String MEMBERS = "dynamicConfigFile";

    private static final String WORDS = "4lw.commands.whitelist";
    private static final String SEEKING = "isro";
    private static final int WORD_EDITS_MAX = 2;
    private static final String REQUIRED = "required";
    private static final int TICK_DEFAULT_MILLIS = 3000;
    private static final Range PORT = Range.of(1, 65535, "");
    private static final Range PREALLOCATE_KILOBYTES = Range.of(Integer.MIN_VALUE, 1 << 20, "KB");
    private static final Range KILOBYTES = Range.of(Integer.MIN_VALUE, Integer.MAX_VALUE, "KB");
    private static final String OPENING_BURST = "connection_throttle_tokens";
    private static final String VANISHING = "znode.container.maxPerMinute";
    private static final String OUTSTANDING = "globalOutstandingLimit";
    private static final List<String> THROTTLE = List.of("request_throttle_max_requests", "requestThrottleLimit");
    private static final Range THROTTLED = Range.of(Integer.MIN_VALUE, Integer.MAX_VALUE, "requests");
    private static final String FEWEST = "there can be no fewer";
    private static final String NO_LIMIT = "there is no limit";
    private static final Range RESERVE_MEGABYTES = Range.of(16, 1 << 30, "MB");

    public ConfigFile {
        warnings = List.copyOf(warnings);
        notes = List.copyOf(notes);
    }

    /** Like {@link #read(Path, ConfigSources)}, whatever the process was given. */
    public static ConfigFile read(Path file) throws ConfigException {
        return read(file, ConfigSources.NONE);
    }

    /**
     * Reads and checks a file, and looks at what it speaks of: directories, certificates, ports that collide.
     *
     * @throws ConfigException with every problem of the file: each names file, line, key, value and range
     */
    public static ConfigFile read(Path file, ConfigSources sources) throws ConfigException {
        List<String> lines = ConfigLine.linesOf(file);
        List<ConfigLine> stated = ConfigLine.parse(nameOf(file), lines);
        List<String> unread = new ArrayList<>();
        for (ConfigLine each : List.copyOf(stated)) {
            if (each.key().equals(MEMBERS) && !each.value().isEmpty()) {
                try {
                    Path members = Path.of(each.value());
                    stated.addAll(ConfigLine.parse(nameOf(members), ConfigLine.linesOf(members)));
                } catch (ConfigException e) {
                    unread.addAll(e.problems());
                } catch (InvalidPathException e) {
                    unread.add("is not a path: " + e.getReason());
                }
            }
        }
        ConfigValues values = values(nameOf(file), stated, sources);
        unread.forEach(each -> values.problem(MEMBERS, each));
        ServerSettings settings = settings(values);
        Surroundings.look(values, settings, file);
        return checked(values, settings, lines);
    }

    private static String nameOf(Path file) {
        return file.getFileName() == null ? file.toString() : file.getFileName().toString();
    }

    /**
     * Makes of what the process was given what there is when there is no file.
     *
     * @param listen what to listen on
     * @param dataDir where the data is
     * @throws ConfigException with every problem
     */
    public static ConfigFile none(ListenAddress listen, Path dataDir, ConfigSources sources) throws ConfigException {
        List<ConfigLine> lines = new ArrayList<>();
        lines.add(byDefault("clientPort", "2181"));
        // The port that baton.tls.dir opens, the only one for TLS without a file, is where the other is: on loopback.
        lines.add(byDefault("clientPortAddress", listen.host()));
        lines.add(byDefault("dataDir", dataDir.toString()));
        lines.add(byDefault("tickTime", Integer.toString(SessionSettings.DEFAULT.tickMillis())));
        List<ConfigLine> all = sources.around(lines);
        // Set before the properties, which therefore count.
        all.add(0, byDefault("extendedTypesEnabled", "true"));
        ConfigValues values = new ConfigValues("defaults", all, sources);
        ServerSettings settings = settings(values).withListen(listen);
        Surroundings.look(values, settings, null);
        ConfigFile file = checked(values, settings, List.of());
        return new ConfigFile(
                settings,
                file.warnings,
                file.notes,
                file.report
                        .with("clientPort", Integer.toString(listen.port()), "default")
                        .with("clientPortAddress", listen.host(), "default"));
    }

    private static ConfigLine byDefault(String key, String value) {
        return new ConfigLine(new Origin.Default(), key, value);
    }

    /** Checks the lines of a file of that name, but not what they speak of. */
    static ConfigFile parse(String name, List<String> lines) throws ConfigException {
        return parse(name, lines, ConfigSources.NONE);
    }

    static ConfigFile parse(String name, List<String> lines, ConfigSources sources) throws ConfigException {
        ConfigValues values = values(name, ConfigLine.parse(name, lines), sources);
        return checked(values, settings(values), lines);
    }

    private static ConfigValues values(String name, List<ConfigLine> lines, ConfigSources sources) {
        return new ConfigValues(name, sources.around(ServerLines.withClientPort(lines)), sources);
    }

    private static ConfigFile checked(ConfigValues values, ServerSettings settings, List<String> lines)
            throws ConfigException {
        secure(values, settings);
        ServerLines.check(values);
        values.throwIfWrong();
        return new ConfigFile(
                settings,
                values.warnings(),
                values.notes(),
                ConfigReport.of(ConfigLine.parse("", lines), values.report()));
    }

    /**
     * Returns what is done with every key that Apache ZooKeeper 3.5 to 3.9 or this server knows: name, {@code honoured},
     * {@code no effect} or {@code refused}, and the reason.
     */
    public static List<ConfigReport.Known> knownKeys() {
        return KnownKey.all().stream()
                .map(each ->
                        new ConfigReport.Known(each.name(), each.treatment().shown(), each.reason()))
                .toList();
    }

    private static void secure(ConfigValues values, ServerSettings settings) {
        String profile = values.optional(SECURITY);
        if (profile == null) {
            return;
        }
        if (!profile.equals(REQUIRED)) {
            values.problem(SECURITY, "must be " + REQUIRED + ", or the line be removed");
            return;
        }
        RequiredSecurity.objections(settings).forEach(each -> values.problem(SECURITY, each));
    }

    private static ServerSettings settings(ConfigValues values) {
        values.optional(MEMBERS);
        TlsValues tls = new TlsValues(values);
        return new ServerSettings(
                tls.isAlone()
                        ? tls.listen()
                        : new ListenAddress(
                                values.text("clientPortAddress", ""), values.required("clientPort", PORT, 2181)),
                storage(values),
                sessions(values),
                limits(values),
                features(values),
                words(values),
                new AdminValues(values).read(),
                tls.read());
    }

    private static StorageSettings storage(ConfigValues values) {
        Path dataDir = values.requiredPath("dataDir");
        StorageSettings.Purge purge = new StorageSettings.Purge(
                values.numberOrLess(
                        "autopurge.snapRetainCount",
                        StorageSettings.Purge.SNAPSHOTS_KEPT,
                        StorageSettings.Purge.DEFAULT.snapshotsKept(),
                        3,
                        FEWEST),
                values.numberOrLess(
                        "autopurge.purgeInterval",
                        StorageSettings.Purge.INTERVAL_HOURS,
                        StorageSettings.Purge.DEFAULT.intervalHours(),
                        0,
                        "nothing is purged"));
        return new StorageSettings.Files(
                dataDir,
                values.path("dataLogDir", dataDir),
                log(values),
                snapshots(values),
                purge,
                values.number("baton.reserveMegabytes", RESERVE_MEGABYTES, (int)
                                (StorageSettings.Files.RESERVE_BYTES_DEFAULT >> 20))
                        * 1024L
                        * 1024L);
    }

    // Below zero, sizes in kilobytes say the same as zero: there is none.
    private static StorageSettings.Log log(ConfigValues values) {
        StorageSettings.Log silent = StorageSettings.Log.DEFAULT;
        return new StorageSettings.Log(
                Math.max(0, values.number("preAllocSize", PREALLOCATE_KILOBYTES, silent.preallocateBytes() >> 10))
                        << 10,
                !values.isExactly("forceSync", "no", "yes"),
                kilobytes(values, "txnLogSizeLimitInKb", silent.fileBytesMax()),
                values.number(
                        "fsync.warningthresholdms", StorageSettings.Log.SLOW_SYNC_MILLIS, silent.slowSyncMillis()),
                values.number(
                        "baton.fsync.stuckMillis", StorageSettings.Log.STUCK_SYNC_MILLIS, silent.stuckSyncMillis()));
    }

    private static StorageSettings.Snapshots snapshots(ConfigValues values) {
        StorageSettings.Packing packing =
                switch (values.text("snapshot.compression.method", "").toLowerCase(Locale.ROOT)) {
                    case "gz" -> StorageSettings.Packing.GZIP;
                    case "snappy" -> StorageSettings.Packing.SNAPPY;
                    case "", "checked" -> StorageSettings.Packing.NONE;
                    default -> {
                        values.problem("snapshot.compression.method", "must be gz, snappy, checked or empty");
                        yield StorageSettings.Packing.NONE;
                    }
                };
        return new StorageSettings.Snapshots(
                values.numberOrLess(
                        "snapCount",
                        StorageSettings.Snapshots.SNAP_COUNT,
                        StorageSettings.Snapshots.SNAP_COUNT_DEFAULT,
                        2,
                        FEWEST),
                kilobytes(values, "snapSizeLimitInKb", StorageSettings.Snapshots.LOG_BYTES_DEFAULT),
                packing);
    }

    private static long kilobytes(ConfigValues values, String key, long silentBytes) {
        return Math.max(0, values.number(key, KILOBYTES, (int) (silentBytes >> 10)) * 1024L);
    }

    private static SessionSettings sessions(ConfigValues values) {
        int tick = values.number("tickTime", SessionSettings.TICK, TICK_DEFAULT_MILLIS);
        SessionSettings byTick = SessionSettings.ofTick(tick);
        Range timeout = Range.of(1, Integer.MAX_VALUE, "ms");
        int min = values.unlessMinusOne("minSessionTimeout", timeout, byTick.minTimeoutMillis());
        int max = values.unlessMinusOne("maxSessionTimeout", timeout, byTick.maxTimeoutMillis());
        if (min > max) {
            values.problem("minSessionTimeout", "must not be over maxSessionTimeout, which is " + max + " ms");
            return byTick;
        }
        return new SessionSettings(tick, min, max);
    }

    private static LimitSettings limits(ConfigValues values) {
        LimitSettings silent = LimitSettings.DEFAULT;
        int frameBytesMax = values.number("jute.maxbuffer", LimitSettings.FRAME_BYTES, silent.frameBytesMax());
        // Who lets clients send little has not said that they can read no more than by default.
        int listBytesMax = values.number(
                "baton.listBytesMax", LimitSettings.LIST_BYTES, Math.max(frameBytesMax, silent.listBytesMax()));
        return new LimitSettings(
                frameBytesMax,
                listBytesMax,
                connections(values),
                values.number("baton.eventLoops", LimitSettings.EVENT_LOOPS, silent.eventLoops()),
                values.choice("baton.transport", Transport.AUTO),
                flow(values, LimitSettings.unreadBytesMin(frameBytesMax, listBytesMax)),
                holdings(values),
                identities(values));
    }

    private static ConnectionSettings connections(ConfigValues values) {
        ConnectionSettings silent = ConnectionSettings.DEFAULT;
        return new ConnectionSettings(
                values.numberOrLess(
                        "maxClientCnxns", ConnectionSettings.CONNECTIONS, silent.perAddressMax(), 0, NO_LIMIT),
                values.numberOrLess("maxCnxns", ConnectionSettings.CONNECTIONS, silent.max(), 0, NO_LIMIT),
                values.number("clientPortListenBacklog", ConnectionSettings.BACKLOG, silent.listenBacklog()),
                values.number("nio.sessionlessCnxnTimeout", ConnectionSettings.HANDSHAKE, silent.handshakeMillis()));
    }

    private static IdentitySettings identities(ConfigValues values) {
        return new IdentitySettings(
                values.number("baton.identity.connectionsMax", IdentitySettings.CONNECTIONS, 0),
                values.number("baton.identity.nodesPerMinute", IdentitySettings.NODES, 0),
                values.number("baton.identity.kilobytesPerMinute", IdentitySettings.KILOBYTES, 0));
    }

    private static FlowSettings flow(ConfigValues values, int unreadBytesMin) {
        FlowSettings silent = FlowSettings.DEFAULT;
        int unreadBytesMax = values.number(
                "baton.outboundBytesMax",
                FlowSettings.BUFFER_BYTES,
                Math.max(silent.outboundBytesMax(), unreadBytesMin));
        if (unreadBytesMax < unreadBytesMin) {
            values.problem(
                    "baton.outboundBytesMax",
                    "must be at least " + unreadBytesMin
                            + ", or whoever asks for the longest answer that jute.maxbuffer and baton.listBytesMax allow"
                            + " is cut off");
        }
        return new FlowSettings(
                outstandingRequestsMax(values, silent.outstandingRequestsMax()),
                values.number("baton.outstandingBytesMax", FlowSettings.BUFFER_BYTES, silent.outstandingBytesMax()),
                unreadBytesMax,
                values.number("baton.outboundStallMillis", FlowSettings.STALL, silent.outboundStallMillis()));
    }

    /** The throttler's limit bears two names: one that documents have, and one that Apache ZooKeeper reads. */
    private static int outstandingRequestsMax(ConfigValues values, int silent) {
        boolean stated = values.optional(OUTSTANDING) != null;
        int max = values.numberOrLess(OUTSTANDING, FlowSettings.REQUESTS, silent, 1, FEWEST);
        for (String key : THROTTLE) {
            int throttled = values.number(key, THROTTLED, 0);
            if (throttled > 0) {
                max = stated ? Math.min(max, throttled) : throttled;
                stated = true;
                values.noteOf(key, "does what " + OUTSTANDING + " does");
            }
        }
        return max;
    }

    private static HoldingSettings holdings(ConfigValues values) {
        HoldingSettings silent = HoldingSettings.DEFAULT;
        // Who names a burst means the rest of Apache ZooKeeper's defaults with it.
        boolean stated = values.optional(OPENING_BURST) != null;
        int fillMillis = stated ? 1 : silent.sessionFillMillis();
        return new HoldingSettings(
                values.number("baton.sessionsMax", HoldingSettings.SESSIONS, silent.sessionsMax()),
                values.number(
                        "baton.ephemeralsPerSessionMax", HoldingSettings.EPHEMERALS, silent.ephemeralsPerSessionMax()),
                values.number(
                        "baton.watchesPerConnectionMax", HoldingSettings.WATCHES, silent.watchesPerConnectionMax()),
                values.number("baton.watchesMax", HoldingSettings.WATCHES, silent.watchesMax()),
                values.number(OPENING_BURST, HoldingSettings.BURST, silent.sessionBurstMax()),
                values.number("connection_throttle_fill_time", HoldingSettings.FILL, fillMillis),
                values.number("connection_throttle_fill_count", HoldingSettings.FILL_COUNT, silent.sessionFillCount()),
                texts(values));
    }

    private static TextSettings texts(ConfigValues values) {
        TextSettings silent = TextSettings.DEFAULT;
        return new TextSettings(
                values.number(
                        "baton.watchedBytesPerConnectionMax",
                        TextSettings.BYTES,
                        silent.watchedPerConnectionBytesMax()),
                values.number("baton.watchedBytesMax", TextSettings.SHARED_BYTES, silent.watchedBytesMax()),
                values.number(
                        "baton.identityBytesPerConnectionMax",
                        TextSettings.BYTES,
                        silent.identitiesPerConnectionBytesMax()));
    }

    private static FeatureSettings features(ConfigValues values) {
        FeatureSettings silent = FeatureSettings.DEFAULT;
        return new FeatureSettings(
                values.flag("extendedTypesEnabled", false),
                values.flag("enforceQuota", false),
                values.flag("reconfigEnabled", false),
                values.flag("digest.enabled", true),
                values.flag("audit.enable", false),
                values.number(
                        "znode.container.checkIntervalMs",
                        FeatureSettings.CONTAINER_CHECK,
                        silent.containerCheckMillis()),
                vanishingPerMinute(values, silent.containersPerMinute()),
                values.number(
                        "znode.container.maxNeverUsedIntervalMs", FeatureSettings.NEVER_USED, silent.neverUsedMillis()),
                new AuthValues(values).read());
    }

    private static int vanishingPerMinute(ConfigValues values, int silent) {
        int nodes = values.number(VANISHING, FeatureSettings.PER_MINUTE, silent);
        if (nodes == 0) {
            values.warnOf(VANISHING, "keeps containers, and nodes whose time to live is over, for ever");
        }
        return nodes;
    }

    /** Clients that only read look for a server that writes by a word, as long as servers may only read. */
    private static WordAccess words(ConfigValues values) {
        boolean sought = values.flag("readonlymode.enabled", false);
        WordAccess silent = sought ? WordAccess.DEFAULT.with(SEEKING) : WordAccess.DEFAULT;
        WordAccess listed = listedWords(values, silent);
        return sought ? listed.with(SEEKING) : listed;
    }

    private static WordAccess listedWords(ConfigValues values, WordAccess silent) {
        String list = values.text(WORDS, "");
        values.byDefault(
                WORDS,
                String.join(",", new TreeSet<>(silent.fromLoopback())) + " on this machine, "
                        + String.join(",", new TreeSet<>(silent.fromElsewhere())) + " from others");
        if (list.isEmpty()) {
            return silent;
        }
        Set<String> named = new TreeSet<>(List.of(list.split("\\s*,\\s*")));
        named.remove("");
        for (String each : named) {
            if (!WordAccess.WORDS.contains(each) && !each.equals(WordAccess.ALL)) {
                values.warnOf(WORDS, "names no word by '" + each + "': " + meant(each));
            }
        }
        return WordAccess.everywhere(named);
    }

    private static String meant(String word) {
        String nearest = Spelling.nearest(word, WordAccess.WORDS, WORD_EDITS_MAX);
        return nearest == null
                ? "there are " + String.join(", ", new TreeSet<>(WordAccess.WORDS)) + ", and * for all"
                : "did you mean '" + nearest + "'?";
    }

    /** Says whether a value switches its key off, so that a key we do not support does no harm. */
    static boolean switchesOff(KnownKey key, String value) {
        return key.treatment() == Treatment.REFUSED
                && (value.equalsIgnoreCase("false") || value.equalsIgnoreCase("no"));
    }
}
