package baton.recipes.config;

import baton.core.ArmMode;
import baton.core.Armed;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.recipes.Calls;
import baton.recipes.ClientSession;
import baton.recipes.ClosedException;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import baton.recipes.CoordinationClient;
import baton.recipes.Description;
import baton.recipes.Listeners;
import baton.recipes.OpenRecipe;
import baton.recipes.RecipeRuntime;
import baton.recipes.SessionFollower;
import baton.recipes.run.Deadline;
import baton.recipes.run.Scheduler;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A typed value kept in the store, always the last good one.
 *
 * <p>{@link #current} is wait-free and never returns what the codec or the validator refused. Values move forward in
 * revision; intermediate ones may be skipped, the last one never. Not all processes switch at the same moment. A lost
 * connection changes nothing but {@link ConfigSnapshot#stale}, after three session timeouts.
 *
 * <p>The first value comes from the store; if that does not answer within the start timeout, or has nothing good, from
 * the snapshot on disk; if there is none, it is the default. {@link #start} never fails because of any of this.
 *
 * @param <T> values; compared with {@code equals}
 */
public final class ConfigWatcher<T> implements AutoCloseable {
    /** Larger values belong elsewhere, with a pointer here. */
    public static final int BYTES_MAX = 512 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatcher.class);
    private static final String KIND = "ConfigWatcher";
    private static final Duration REJOIN_SPREAD = Duration.ofSeconds(1);

    private final RecipeRuntime runtime;
    private final ConfigLayout layout;
    private final Codec<T> codec;
    private final List<Validator<T>> validators;
    private final Optional<T> defaultValue;
    private final Optional<SnapshotFile> disk;
    private final OnDelete onDelete;
    private final Duration debounce;
    private final Duration readSpread;
    private final Duration applyTimeout;
    private final Duration startTimeout;
    private final Strand strand;
    private final Strand diskStrand;
    private final Listeners<ConfigListener<T>> listeners;
    private final List<ConfigListener<T>> appliers = new CopyOnWriteArrayList<>();
    private final AtomicBoolean started = new AtomicBoolean();
    private final CompletableFuture<ConfigSnapshot<T>> ready = new CompletableFuture<>();
    private final OpenRecipe entry = new Entry();

    /** Writer: the strand. */
    private volatile @Nullable ConfigSnapshot<T> snapshot;
    /** Writer: the strand. Why there is no value yet. */
    private volatile String waitingFor = "not started";
    /** Writer: whoever closes. */
    private volatile boolean closed;

    // Confined to the strand.
    private @Nullable ClientSession session;
    private @Nullable Armed<Optional<Node>> armed;
    private boolean looking;
    private boolean lookAgain;
    private boolean settleFirst;
    /** The newest revision that was found, good or bad; it is not looked at twice. */
    private long foundRevision = -1;
    /** Evaluations begun; what an older one finds is dropped. */
    private long evaluations;

    private boolean evaluating;
    /** Whether disk and default have been asked. */
    private boolean fellBack;

    private @Nullable Rejection lastRejection;
    /** Where codec, validator and appliers run, one after another; replaced when one of them hangs. */
    private Strand evaluation;

    private final List<CompletableFuture<ConfigSnapshot<T>>> refreshing = new ArrayList<>();
    private Scheduler.Timer debounceTimer = () -> {};
    private Scheduler.Timer staleTimer = () -> {};
    private Runnable unfollow = () -> {};

    /** What to do when the node is deleted. */
    public enum OnDelete {
        KEEP_LAST_GOOD,
        USE_DEFAULT
    }

    private ConfigWatcher(Builder<T> builder) {
        this.runtime = builder.client.runtime();
        this.layout = builder.layout;
        this.codec = builder.codec;
        this.validators = List.copyOf(builder.validators);
        this.defaultValue = builder.defaultValue;
        this.disk = builder.disk;
        this.onDelete = builder.onDelete;
        this.debounce = builder.debounce;
        this.readSpread = builder.readSpread;
        this.applyTimeout = builder.applyTimeout;
        this.startTimeout = builder.startTimeout;
        this.strand = runtime.newStrand("config " + layout.root());
        this.diskStrand = new Strand("config disk " + layout.root(), runtime.listenerExecutor());
        this.evaluation = new Strand("config evaluation " + layout.root(), runtime.listenerExecutor());
        this.listeners = runtime.listeners(KIND);
    }

    public static <T> Builder<T> builder(CoordinationClient client, String path, Codec<T> codec) {
        return new Builder<>(client, new ConfigLayout(NodePath.of(path), ConfigLayout.Mode.SIMPLE), codec);
    }

    /**
     * Watches values of several files, as a {@link ConfigPublisher#files} writes them: versioned, and all files of one
     * version.
     */
    public static <T> Builder<T> files(CoordinationClient client, String path, FilesCodec<T> codec) {
        ConfigLayout layout = new ConfigLayout(NodePath.of(path), ConfigLayout.Mode.FILES);
        return new Builder<>(client, layout, new FileBundle<>(codec));
    }

    /**
     * Begins to watch. Returns at once, and never fails because of the store or of what is in it.
     *
     * @throws IllegalStateException if it was started before
     */
    public void start() {
        if (closed) {
            throw new ClosedException("config " + layout.root());
        }
        if (!started.compareAndSet(false, true)) {
            throw new IllegalStateException("config " + layout.root() + " was started before");
        }
        runtime.opened(entry);
        waitingFor = "the store does not answer";
        strand.execute(() -> {
            unfollow = runtime.follow(strand, new Follower());
            later(startTimeout, this::fallBackIfNeeded);
            staleTimer = later(staleAfter(), this::becomeStale);
        });
    }

    /**
     * The value. Asks nobody.
     *
     * @throws NotReadyException before the first good value, saying why there is none
     */
    public T current() {
        return snapshot().value();
    }

    /** The value, and where it comes from. */
    public ConfigSnapshot<T> snapshot() {
        ConfigSnapshot<T> now = snapshot;
        if (now == null) {
            throw new NotReadyException(layout.root(), waitingFor);
        }
        return now;
    }

    /** Waits for the first good value; false if there is none in time. */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        return Waiting.atMost(timeout, ready).isPresent();
    }

    /** Completes with the first good value, on the listener executor. */
    public CompletionStage<ConfigSnapshot<T>> ready() {
        return runtime.handOver(ready);
    }

    /**
     * Looks at the store, not at a replica that may lag.
     *
     * @return what is current then; completes on the listener executor, fails if nothing good was ever found
     */
    public CompletionStage<ConfigSnapshot<T>> refresh() {
        CompletableFuture<ConfigSnapshot<T>> answer = new CompletableFuture<>();
        strand.execute(() -> {
            if (closed) {
                answer.completeExceptionally(new ClosedException("config " + layout.root()));
                return;
            }
            refreshing.add(answer);
            settleFirst = true;
            look();
        });
        return runtime.handOver(answer);
    }

    public void addListener(ConfigListener<T> listener) {
        listeners.add(listener);
    }

    public void addListener(ConfigListener<T> listener, Executor executor) {
        listeners.add(listener, executor);
    }

    /**
     * Adds a listener that may veto: it is called before the value is current, and what it throws rejects the value.
     * Appliers that had taken it by then are called again, with the old value.
     */
    public void addApplier(ConfigListener<T> applier) {
        appliers.add(applier);
    }

    public Description describe() {
        return entry.describe();
    }

    /** Stops watching; the value stays what it is. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        runtime.closed(entry);
        strand.execute(() -> {
            unfollow.run();
            debounceTimer.cancel();
            staleTimer.cancel();
            disarm();
            ClosedException reason = new ClosedException("config " + layout.root());
            ready.completeExceptionally(reason);
            refreshing.forEach(answer -> answer.completeExceptionally(reason));
            refreshing.clear();
        });
    }

    // Looking.

    /** What the store has. */
    private record Found(long revision, String version, Payload data) {}

    private void look() {
        if (closed || session == null) {
            return;
        }
        if (looking) {
            lookAgain = true;
            return;
        }
        looking = true;
        lookAgain = false;
        disarm();
        ClientSession mine = session;
        Calls calls = runtime.calls(strand).only(mine);
        CompletableFuture<Void> settled = settleFirst
                ? calls.repeatable(Deadline.NEVER, CoreSession::settle)
                : CompletableFuture.completedFuture(null);
        settleFirst = false;
        settled.thenCompose(done -> calls.repeatable(
                        Deadline.NEVER,
                        core -> core.readAndArm(
                                layout.watched(), ArmMode.ANY_CHANGE, reason -> strand.execute(() -> fired(mine)))))
                .thenCompose(now -> {
                    armed = now;
                    return found(calls, now.state());
                })
                .whenComplete((found, failure) -> {
                    looking = false;
                    if (closed || session != mine) {
                        return;
                    }
                    if (failure != null) {
                        unreadable(failure);
                    } else {
                        take(found);
                    }
                    if (lookAgain) {
                        look();
                    }
                });
    }

    private CompletableFuture<Optional<Found>> found(Calls calls, Optional<Node> watched) {
        if (watched.isEmpty() || !layout.isVersioned()) {
            return CompletableFuture.completedFuture(
                    watched.map(node -> new Found(node.stat().modRev(), "", node.data())));
        }
        String version = watched.get().data().utf8();
        long revision = watched.get().stat().modRev();
        return new VersionReader(layout, calls, () -> Deadline.NEVER)
                .read(version)
                .thenApply(whole -> {
                    if (whole.isEmpty()) {
                        // Tidied away because another one is current by now: its trigger is on the way.
                        lookAgain = true;
                    }
                    return Optional.of(new Found(revision, version, whole.orElse(Payload.EMPTY)));
                });
    }

    private void fired(ClientSession of) {
        if (closed || session != of) {
            return;
        }
        debounceTimer.cancel();
        double share = runtime.scheduler().jitter();
        debounceTimer = later(debounce.plusNanos((long) (readSpread.toNanos() * share)), this::look);
    }

    private void unreadable(Throwable failure) {
        CoreError code = Calls.codeOf(failure);
        if (code != CoreError.SESSION_ENDED && code != CoreError.CLOSED) {
            String why = String.valueOf(Waiting.causeOf(failure).getMessage());
            LOG.warn("config not readable path={} error={} cause={}", layout.watched(), code, why);
            waitingFor = why;
            reject(new Rejection(why, 0, ""));
            answerRefreshing();
        }
    }

    private void take(Optional<Found> found) {
        freshen();
        if (found.isEmpty()) {
            evaluations++;
            evaluating = false;
            foundRevision = -1;
            absent();
            answerRefreshing();
            return;
        }
        Found now = found.get();
        if (now.revision() == foundRevision) {
            confirm(now.revision());
            if (!evaluating) {
                answerRefreshing();
            }
            return;
        }
        foundRevision = now.revision();
        evaluate(now, ConfigSnapshot.Source.LIVE);
    }

    /** The value that was the last good one is what the store has. */
    private void confirm(long revision) {
        ConfigSnapshot<T> now = snapshot;
        if (now != null && now.revision() == revision && now.lastRejection().isEmpty()) {
            snapshot = now.withSource(ConfigSnapshot.Source.LIVE);
        }
    }

    private void absent() {
        waitingFor = layout.watched() + " does not exist";
        ConfigSnapshot<T> now = snapshot;
        if (onDelete == OnDelete.USE_DEFAULT && defaultValue.isPresent()) {
            if (now == null || now.source() != ConfigSnapshot.Source.DEFAULT) {
                swap(valueOfDefault());
            }
        } else if (now == null) {
            fallBackIfNeeded();
        } else if (now.source() == ConfigSnapshot.Source.LIVE) {
            snapshot = now.withSource(ConfigSnapshot.Source.LAST_GOOD);
        }
    }

    // Evaluating.

    private void evaluate(Found found, ConfigSnapshot.Source source) {
        long mine = ++evaluations;
        evaluating = true;
        ConfigSnapshot<T> before = snapshot;
        Strand on = evaluation;
        Scheduler.Timer limit = later(applyTimeout, () -> {
            if (mine == evaluations && evaluating) {
                evaluation = new Strand("config evaluation " + layout.root(), runtime.listenerExecutor());
                evaluated(mine, found, source, null, "not applied within " + applyTimeout);
            }
        });
        on.execute(() -> {
            T value = null;
            String problem = null;
            try {
                value = accepted(found, source, before);
            } catch (RuntimeException unfit) {
                problem = unfit.getMessage() == null ? unfit.getClass().getSimpleName() : unfit.getMessage();
            }
            T accepted = value;
            String why = problem;
            strand.execute(() -> {
                limit.cancel();
                evaluated(mine, found, source, accepted, why);
            });
        });
    }

    /** Runs the user's code: codec, validators, appliers. */
    private T accepted(Found found, ConfigSnapshot.Source source, @Nullable ConfigSnapshot<T> before) {
        Payload body = bodyOf(found, source);
        if (body.length() > BYTES_MAX) {
            throw new IllegalArgumentException(body.length() + " bytes: must be at most " + BYTES_MAX);
        }
        T value = codec.decode(body);
        validators.forEach(validator -> validator.validate(value));
        if (before != null && !before.value().equals(value)) {
            apply(before, snapshotOf(value, found, source));
        }
        return value;
    }

    /** The value as its codec wrote it: the store's versions have a header, their copy on disk has none. */
    private Payload bodyOf(Found found, ConfigSnapshot.Source source) {
        return layout.isVersioned() && source == ConfigSnapshot.Source.LIVE
                ? VersionEntry.decode(found.data()).value()
                : found.data();
    }

    private void apply(ConfigSnapshot<T> before, ConfigSnapshot<T> now) {
        List<ConfigListener<T>> done = new ArrayList<>();
        for (ConfigListener<T> applier : appliers) {
            done.add(applier);
            try {
                applier.changed(before, now);
            } catch (RuntimeException veto) {
                done.forEach(other -> undo(other, now, before));
                throw veto;
            }
        }
    }

    private void undo(ConfigListener<T> applier, ConfigSnapshot<T> now, ConfigSnapshot<T> before) {
        try {
            applier.changed(now, before);
        } catch (RuntimeException failure) {
            LOG.warn(
                    "config applier failed to go back path={} applier={}",
                    layout.root(),
                    applier.getClass().getName(),
                    failure);
        }
    }

    private ConfigSnapshot<T> snapshotOf(T value, Found found, ConfigSnapshot.Source source) {
        return new ConfigSnapshot<>(value, found.revision(), found.version(), source, false, now(), Optional.empty());
    }

    private void evaluated(
            long mine, Found found, ConfigSnapshot.Source source, @Nullable T value, @Nullable String problem) {
        if (mine != evaluations || !evaluating || closed) {
            return;
        }
        evaluating = false;
        if (value != null && problem == null) {
            lastRejection = null;
            swap(snapshotOf(value, found, source));
            if (source == ConfigSnapshot.Source.LIVE) {
                save(found);
            }
        } else {
            String why = problem == null ? "the codec returned nothing" : problem;
            waitingFor = source == ConfigSnapshot.Source.LIVE ? "its value was rejected: " + why : waitingFor;
            reject(new Rejection(why, found.revision(), excerpt(found, source)));
            fallBackIfNeeded();
        }
        answerRefreshing();
    }

    private void swap(ConfigSnapshot<T> next) {
        ConfigSnapshot<T> old = snapshot;
        snapshot = next;
        if (old == null) {
            ready.complete(next);
        } else if (!old.value().equals(next.value())) {
            runtime.metrics().count("config.changed", KIND, "");
            listeners.fire(listener -> listener.changed(old, next));
        }
    }

    private void reject(Rejection rejection) {
        lastRejection = rejection;
        ConfigSnapshot<T> now = snapshot;
        if (now != null) {
            snapshot = now.withRejection(rejection);
        }
        runtime.metrics().count("config.rejected", KIND, "");
        LOG.warn(
                "config rejected path={} revision={} reason={}",
                layout.root(),
                rejection.revision(),
                rejection.reason());
        listeners.fire(listener -> listener.rejected(rejection));
    }

    private String excerpt(Found found, ConfigSnapshot.Source source) {
        String text;
        try {
            text = bodyOf(found, source).utf8();
        } catch (CodecException noVersion) {
            text = found.data().utf8();
        }
        return text.length() <= Rejection.EXCERPT_MAX ? text : text.substring(0, Rejection.EXCERPT_MAX);
    }

    // Disk and default.

    private void fallBackIfNeeded() {
        if (snapshot != null || fellBack || evaluating || closed) {
            return;
        }
        fellBack = true;
        if (disk.isEmpty()) {
            useDefault();
            return;
        }
        diskStrand.execute(() -> {
            Optional<SnapshotFile.Content> content = Optional.empty();
            try {
                content = disk.get().read();
            } catch (IOException unusable) {
                LOG.warn("config snapshot not used cause={}", unusable.getMessage());
            }
            Optional<SnapshotFile.Content> found = content;
            strand.execute(() -> {
                if (snapshot != null || evaluating || closed) {
                    return;
                }
                if (found.isEmpty()) {
                    useDefault();
                } else {
                    evaluate(
                            new Found(
                                    found.get().revision(),
                                    found.get().version(),
                                    found.get().value()),
                            ConfigSnapshot.Source.DISK);
                }
            });
        });
    }

    private void useDefault() {
        if (snapshot == null && defaultValue.isPresent()) {
            swap(valueOfDefault());
        }
    }

    private ConfigSnapshot<T> valueOfDefault() {
        return new ConfigSnapshot<>(
                defaultValue.orElseThrow(),
                0,
                "",
                ConfigSnapshot.Source.DEFAULT,
                false,
                now(),
                Optional.ofNullable(lastRejection));
    }

    private void save(Found found) {
        disk.ifPresent(file -> diskStrand.execute(() -> {
            try {
                Payload body = bodyOf(found, ConfigSnapshot.Source.LIVE);
                file.write(new SnapshotFile.Content(found.revision(), found.version(), body));
            } catch (IOException failure) {
                LOG.warn("config snapshot not written path={} cause={}", file.path(), failure.toString());
            }
        }));
    }

    // Staleness.

    private Duration staleAfter() {
        return runtime.settings().session().timeout().multipliedBy(3);
    }

    private void becomeStale() {
        ConfigSnapshot<T> now = snapshot;
        if (now != null && !now.stale()) {
            snapshot = now.withStale(true);
            runtime.metrics().gauge("config.stale", KIND, 1);
            listeners.fire(listener -> listener.stale(true));
        }
    }

    private void freshen() {
        staleTimer.cancel();
        ConfigSnapshot<T> now = snapshot;
        if (now != null && now.stale()) {
            snapshot = now.withStale(false);
            runtime.metrics().gauge("config.stale", KIND, 0);
            listeners.fire(listener -> listener.stale(false));
        }
    }

    private void answerRefreshing() {
        if (refreshing.isEmpty()) {
            return;
        }
        List<CompletableFuture<ConfigSnapshot<T>>> answers = List.copyOf(refreshing);
        refreshing.clear();
        ConfigSnapshot<T> now = snapshot;
        for (CompletableFuture<ConfigSnapshot<T>> answer : answers) {
            if (now == null) {
                answer.completeExceptionally(new NotReadyException(layout.root(), waitingFor));
            } else {
                answer.complete(now);
            }
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(runtime.scheduler().wallMillis());
    }

    private void disarm() {
        Armed<Optional<Node>> old = armed;
        armed = null;
        if (old != null) {
            old.cancel();
        }
    }

    private Scheduler.Timer later(Duration delay, Runnable task) {
        return runtime.scheduler()
                .schedule(
                        delay,
                        () -> strand.execute(() -> {
                            if (!closed) {
                                task.run();
                            }
                        }));
    }

    /** Takes word of sessions. */
    private final class Follower implements SessionFollower {
        @Override
        public void joined(ClientSession joined) {
            boolean first = session == null && snapshot == null;
            session = joined;
            looking = false;
            lookSoon(first);
        }

        @Override
        public void suspended(ClientSession silent) {
            staleTimer.cancel();
            staleTimer = later(staleAfter(), ConfigWatcher.this::becomeStale);
        }

        @Override
        public void resumed(ClientSession back) {
            lookSoon(false);
        }

        @Override
        public void lost(ClientSession over) {
            session = null;
            armed = null;
        }

        /** A whole fleet comes back at the same moment: it does not read at the same moment. */
        private void lookSoon(boolean atOnce) {
            // A replica that lags behind what was seen before would bring an old value back.
            settleFirst |= !atOnce;
            Duration pause = atOnce
                    ? Duration.ZERO
                    : Duration.ofNanos((long)
                            (REJOIN_SPREAD.toNanos() * runtime.scheduler().jitter()));
            later(pause, ConfigWatcher.this::look);
        }
    }

    /** This watcher in the client's books. */
    private final class Entry implements OpenRecipe {
        @Override
        public Description describe() {
            Map<String, Object> fields = new LinkedHashMap<>();
            ConfigSnapshot<T> now = snapshot;
            fields.put("source", now == null ? "NONE" : now.source().name());
            fields.put("revision", now == null ? 0 : now.revision());
            fields.put("stale", now != null && now.stale());
            fields.put(
                    "rejected",
                    now == null
                            ? ""
                            : now.lastRejection().map(Rejection::reason).orElse(""));
            return new Description(KIND, layout.root(), fields);
        }

        @Override
        public CompletionStage<Void> clientCloses() {
            close();
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder<T> {
        private final CoordinationClient client;
        private final Codec<T> codec;
        private ConfigLayout layout;
        private final List<Validator<T>> validators = new ArrayList<>();
        private Optional<T> defaultValue = Optional.empty();
        private Optional<SnapshotFile> disk = Optional.empty();
        private OnDelete onDelete = OnDelete.KEEP_LAST_GOOD;
        private Duration debounce = Duration.ofMillis(20);
        private Duration readSpread = Duration.ZERO;
        private Duration applyTimeout = Duration.ofSeconds(10);
        private Duration startTimeout = Duration.ofSeconds(5);

        private Builder(CoordinationClient client, ConfigLayout layout, Codec<T> codec) {
            this.client = client;
            this.codec = codec;
            this.layout = layout;
        }

        /** The path holds versions, as a versioned {@link ConfigPublisher} writes them. Default: it holds the value. */
        public Builder<T> versioned() {
            layout = layout.versioned();
            return this;
        }

        /** Refuses values; several are asked in turn. */
        public Builder<T> validator(Validator<T> validator) {
            validators.add(validator);
            return this;
        }

        /** Used while neither the store nor the disk has a good value. */
        public Builder<T> defaultValue(T value) {
            defaultValue = Optional.of(value);
            return this;
        }

        /** Where the last good value is kept for a start without the store. */
        public Builder<T> diskSnapshot(Path file) {
            disk = Optional.of(new SnapshotFile(file));
            return this;
        }

        /** Default: the last good value stays. */
        public Builder<T> onDelete(OnDelete choice) {
            onDelete = choice;
            return this;
        }

        /** Changes within this time are one change. Default 20 ms. */
        public Builder<T> debounce(Duration quiet) {
            debounce = quiet;
            return this;
        }

        /**
         * After a change the watcher reads at a random moment within this, besides the debounce: where thousands watch one
         * value they would all read at once. Default zero.
         */
        public Builder<T> readSpread(Duration longest) {
            readSpread = longest;
            return this;
        }

        /** How long codec, validators and appliers may take together before the value is rejected. Default 10 s. */
        public Builder<T> applyTimeout(Duration limit) {
            applyTimeout = limit;
            return this;
        }

        /** How long the store may be silent at the start before disk and default are asked. Default 5 s. */
        public Builder<T> startTimeout(Duration limit) {
            startTimeout = limit;
            return this;
        }

        /** @throws IllegalArgumentException naming the setting, its value and what it must be */
        public ConfigWatcher<T> build() {
            requireNotNegative("debounce", debounce);
            requireNotNegative("readSpread", readSpread);
            requireNotNegative("startTimeout", startTimeout);
            requireNotNegative("applyTimeout", applyTimeout);
            if (onDelete == OnDelete.USE_DEFAULT && defaultValue.isEmpty()) {
                throw new IllegalArgumentException("onDelete USE_DEFAULT: needs a defaultValue");
            }
            defaultValue.ifPresent(value -> validators.forEach(validator -> validator.validate(value)));
            return new ConfigWatcher<>(this);
        }

        private static void requireNotNegative(String setting, Duration value) {
            if (value.isNegative()) {
                throw new IllegalArgumentException(setting + " " + value + ": must not be negative");
            }
        }
    }
}
