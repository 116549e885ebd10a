package baton.recipes.config;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CreateSpec;
import baton.core.Created;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.Listing;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Ordering;
import baton.core.Payload;
import baton.core.Txn;
import baton.core.TxnResult;
import baton.recipes.Calls;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import baton.recipes.CoordinationClient;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Deadline;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Writes configuration that {@link ConfigWatcher}s read: validated here first, and never over somebody else's change.
 *
 * <p>In versioned mode each value is a node of its own that never changes, and one node names the current one; the
 * last {@value #KEPT_DEFAULT} are kept unless the builder says otherwise. A value of several {@link #files} is versioned
 * too, with a node for each file, written in one transaction. In simple mode the value stands in the node
 * itself and there is no history. Safe for use by many threads; needs no closing.
 *
 * @param <T> values
 */
public final class ConfigPublisher<T> {
    public static final int KEPT_DEFAULT = 20;

    private static final String LABEL = "v-";

    private final RecipeRuntime runtime;
    private final ConfigLayout layout;
    private final Codec<T> codec;
    private final List<Validator<T>> validators;
    private final int kept;
    private final Strand strand;
    private final Calls calls;
    private final VersionReader versions;

    private ConfigPublisher(Builder<T> builder) {
        this.runtime = builder.client.runtime();
        this.layout = builder.layout;
        this.codec = builder.codec;
        this.validators = List.copyOf(builder.validators);
        this.kept = builder.kept;
        this.strand = runtime.newStrand("publisher " + layout.root());
        this.calls = runtime.calls(strand);
        this.versions = new VersionReader(layout, calls, this::deadline);
    }

    public static <T> Builder<T> builder(CoordinationClient client, String path, Codec<T> codec) {
        return new Builder<>(client, new ConfigLayout(NodePath.of(path), ConfigLayout.Mode.SIMPLE), codec);
    }

    /** Publishes values of several files: versioned, and all files of a version become current together. */
    public static <T> Builder<T> files(CoordinationClient client, String path, FilesCodec<T> codec) {
        ConfigLayout layout = new ConfigLayout(NodePath.of(path), ConfigLayout.Mode.FILES);
        return new Builder<>(client, layout, new FileBundle<>(codec));
    }

    /**
     * Makes a value the current one.
     *
     * @param expected what has to be current now; empty for whatever is
     * @return what was published; completes on the listener executor. Fails with {@link ConfigConflictException} if
     *     something else is current, or becomes so meanwhile
     * @throws RuntimeException what a validator or the codec throws, before anything is written
     */
    public CompletionStage<ConfigVersion> publish(
            T value, Optional<ConfigVersion> expected, String author, String comment) {
        validators.forEach(validator -> validator.validate(value));
        Payload payload = codec.encode(value);
        if (payload.length() > ConfigWatcher.BYTES_MAX) {
            throw new IllegalArgumentException(
                    "value of " + payload.length() + " bytes: must be at most " + ConfigWatcher.BYTES_MAX);
        }
        return answered(() -> publish(payload, expected.map(ConfigVersion::name), author, comment));
    }

    /** As {@link #publish} over whatever is current, and waits for the outcome for the client's operation timeout. */
    public ConfigVersion publishNow(T value, String author, String comment) throws InterruptedException {
        return Waiting.forever(publish(value, Optional.empty(), author, comment).toCompletableFuture());
    }

    /** Publishes the value of an earlier version again, as a new version. Versioned mode only. */
    public CompletionStage<ConfigVersion> rollback(ConfigVersion to, String author) {
        requireVersions();
        return answered(() -> versions.read(to.name()).thenCompose(whole -> {
            if (whole.isEmpty()) {
                throw new ConfigConflictException(layout.root(), to.name(), "that it was tidied away");
            }
            Payload value = VersionEntry.decode(whole.get()).value();
            return publish(value, Optional.empty(), author, "rollback to " + to.name());
        }));
    }

    /** The versions that are kept, the newest first. Versioned mode only. */
    public CompletionStage<List<ConfigVersion>> history() {
        requireVersions();
        return answered(() -> names().thenCompose(names -> inTurn(
                        names,
                        name -> read(layout.version(name))
                                .thenApply(node ->
                                        node.flatMap(ConfigPublisher::entry).map(entry -> entry.named(name)))))
                .thenApply(found -> {
                    List<ConfigVersion> newestFirst = new ArrayList<>();
                    found.forEach(version -> version.ifPresent(present -> newestFirst.add(0, present)));
                    return newestFirst;
                }));
    }

    /** What is current, if anything is. */
    public CompletionStage<Optional<ConfigVersion>> current() {
        return answered(() -> read(layout.watched()).thenCompose(node -> {
            if (node.isEmpty() || !layout.isVersioned()) {
                return CompletableFuture.completedFuture(
                        node.map(found -> simple(found.stat().modRev(), "", "")));
            }
            String name = node.get().data().utf8();
            return read(layout.version(name))
                    .thenApply(
                            version -> version.flatMap(ConfigPublisher::entry).map(entry -> entry.named(name)));
        }));
    }

    private CompletableFuture<ConfigVersion> publish(
            Payload value, Optional<String> expected, String author, String comment) {
        return read(layout.watched()).thenCompose(present -> {
            String found = present.map(this::nameOf).orElse("");
            if (expected.isPresent() && !expected.get().equals(found)) {
                throw new ConfigConflictException(layout.root(), expected.get(), found.isEmpty() ? "nothing" : found);
            }
            return layout.isVersioned()
                    ? addVersion(value, found, author, comment).thenCompose(version -> makeCurrent(version, present))
                    : put(layout.root(), value, present).thenApply(stat -> simple(stat.modRev(), author, comment));
        });
    }

    private String nameOf(Node watched) {
        return layout.isVersioned()
                ? watched.data().utf8()
                : "r" + watched.stat().modRev();
    }

    private ConfigVersion simple(long revision, String author, String comment) {
        return new ConfigVersion("r" + revision, author, comment, "", now());
    }

    private CompletableFuture<ConfigVersion> addVersion(Payload value, String previous, String author, String comment) {
        UUID attempt = runtime.scheduler().newId();
        long now = runtime.scheduler().wallMillis();
        if (layout.hasFiles()) {
            Map<String, Payload> files = FileBundle.unbundled(value);
            VersionEntry head =
                    new VersionEntry(author, comment, previous, now, List.copyOf(files.keySet()), Payload.EMPTY);
            return inVersions(() -> createWithFiles(head, files, attempt)).thenApply(path -> head.named(path.name()));
        }
        VersionEntry entry = new VersionEntry(author, comment, previous, now, List.of(), value);
        return inVersions(() -> createWhole(entry, attempt)).thenApply(path -> entry.named(path.name()));
    }

    private CompletableFuture<NodePath> createWhole(VersionEntry entry, UUID attempt) {
        CreateSpec spec = CreateSpec.ordered(
                layout.versions(), Ordering.labelled(LABEL), entry.encode(), Lifetime.PERSISTENT, attempt);
        return calls.resolved(
                deadline(),
                core -> core.create(spec).thenApply(Created::path),
                core -> core.list(layout.versions())
                        .thenApply(listing -> listing.flatMap(all -> all.madeBy(attempt))
                                .map(found -> layout.version(found.name()))));
    }

    private CompletableFuture<NodePath> createWithFiles(VersionEntry head, Map<String, Payload> files, UUID attempt) {
        NodePath path = layout.version(LABEL + attempt);
        Txn.Builder txn = Txn.builder().create(CreateSpec.plain(path, head.encode(), Lifetime.PERSISTENT));
        files.forEach((name, content) -> txn.create(CreateSpec.plain(path.child(name), content, Lifetime.PERSISTENT)));
        Txn built = txn.build();
        return calls.resolved(
                        deadline(),
                        core -> core.commit(built),
                        core -> core.stat(path)
                                .thenApply(stat -> stat.map(made -> (TxnResult) new TxnResult.Committed(List.of()))))
                .thenApply(result -> {
                    if (result instanceof TxnResult.Refused refused) {
                        throw new CoordinationException(
                                refused.error(), refused.path(), refused.path() + " not created: " + refused.error());
                    }
                    return path;
                });
    }

    /** The directory is made first, and again if the store removes it, being empty, before it is used. */
    private <A> CompletableFuture<A> inVersions(Supplier<CompletableFuture<A>> create) {
        return calls.repeatable(deadline(), core -> core.ensureDir(layout.versions()))
                .thenCompose(made -> create.get())
                .exceptionallyCompose(failure -> Calls.codeOf(failure) == CoreError.NO_NODE
                        ? inVersions(create)
                        : CompletableFuture.failedFuture(Waiting.causeOf(failure)));
    }

    private CompletableFuture<ConfigVersion> makeCurrent(ConfigVersion version, Optional<Node> present) {
        return put(layout.watched(), Payload.utf8(version.name()), present)
                .handle((stat, failure) -> {
                    if (failure == null) {
                        tidy(stat, version.name());
                        return CompletableFuture.completedFuture(version);
                    }
                    Throwable cause = Waiting.causeOf(failure);
                    if (!(cause instanceof ConfigConflictException)) {
                        return CompletableFuture.<ConfigVersion>failedFuture(cause);
                    }
                    // Ours was current for a moment if somebody built on it; else nobody ever saw it.
                    return isInHistory(version.name())
                            .thenCompose(published -> published
                                    ? CompletableFuture.completedFuture(version)
                                    : remove(version.name())
                                            .thenCompose(gone -> CompletableFuture.failedFuture(cause)));
                })
                .thenCompose(outcome -> outcome);
    }

    /** Creates or writes a node that nobody changed since it was read. */
    private CompletableFuture<NodeStat> put(NodePath path, Payload data, Optional<Node> present) {
        CompletableFuture<NodeStat> call = present.isPresent()
                ? calls.resolved(
                        deadline(),
                        core -> core.write(
                                path, data, Expect.unchanged(present.get().stat())),
                        core -> core.read(path)
                                .thenApply(found -> found.filter(node -> isMine(node, data, present.get()))
                                        .map(Node::stat)))
                : calls.repeatable(deadline(), core -> core.ensureDir(path.parent()))
                        .thenCompose(made -> calls.resolved(
                                deadline(),
                                core -> core.create(CreateSpec.plain(path, data, Lifetime.PERSISTENT))
                                        .thenApply(Created::stat),
                                core -> core.read(path)
                                        .thenApply(found -> found.filter(
                                                        node -> node.data().equals(data))
                                                .map(Node::stat))));
        return call.exceptionally(failure -> {
            CoreError code = Calls.codeOf(failure);
            if (code == CoreError.STALE || code == CoreError.NODE_EXISTS || code == CoreError.NO_NODE) {
                throw new ConfigConflictException(
                        layout.root(), present.map(this::nameOf).orElse("nothing"), "another change");
            }
            throw new CompletionException(Waiting.causeOf(failure));
        });
    }

    /** Of a write whose reply was lost: the data is ours and the node is not as we read it. */
    private static boolean isMine(Node now, Payload data, Node before) {
        return now.data().equals(data) && now.stat().modRev() != before.stat().modRev();
    }

    /** Whether a version is the current one or one that the current one was built on. */
    private CompletableFuture<Boolean> isInHistory(String version) {
        return read(layout.watched())
                .thenCompose(current -> isInHistory(
                        version, current.map(node -> node.data().utf8()).orElse(""), kept));
    }

    private CompletableFuture<Boolean> isInHistory(String version, String from, int steps) {
        if (from.equals(version)) {
            return CompletableFuture.completedFuture(true);
        }
        if (from.isEmpty() || steps == 0) {
            return CompletableFuture.completedFuture(false);
        }
        return read(layout.version(from))
                .thenCompose(node -> isInHistory(
                        version,
                        node.flatMap(ConfigPublisher::entry)
                                .map(VersionEntry::previous)
                                .orElse(""),
                        steps - 1));
    }

    /** Removes the versions beyond those to be kept, unless another one has become current. In the background. */
    private void tidy(NodeStat current, String version) {
        names().thenCompose(names -> {
                    List<String> old = new ArrayList<>(names.subList(0, Math.max(0, names.size() - kept)));
                    old.remove(version);
                    return inTurn(old, this::nodesOf);
                })
                .thenAccept(versions -> {
                    int room = runtime.core().info().limits().maxTxnOps() - 1;
                    Txn.Builder txn = Txn.builder().requireUnchanged(layout.watched(), current);
                    boolean any = false;
                    for (List<NodePath> nodes : versions) {
                        if (nodes.size() > room) {
                            break;
                        }
                        room -= nodes.size();
                        nodes.forEach(node -> txn.delete(node, Expect.ANY));
                        any = true;
                    }
                    if (any) {
                        Txn built = txn.build();
                        calls.repeatable(deadline(), core -> core.commit(built));
                    }
                });
    }

    /** The nodes of a version, in the order in which they can be deleted. */
    private CompletableFuture<List<NodePath>> nodesOf(String version) {
        NodePath path = layout.version(version);
        CompletableFuture<List<Listing.Entry>> files =
                layout.hasFiles() ? list(path) : CompletableFuture.completedFuture(List.of());
        return files.thenApply(entries -> Stream.concat(
                        entries.stream().map(entry -> path.child(entry.name())), Stream.of(path))
                .toList());
    }

    /** The names of all versions, the oldest first. What else lies in the directory is ignored. */
    private CompletableFuture<List<String>> names() {
        CompletableFuture<List<Listing.Entry>> entries = list(layout.versions());
        if (!layout.hasFiles()) {
            return entries.thenApply(all -> all.stream()
                    .filter(entry -> entry.place().isPresent())
                    .map(Listing.Entry::name)
                    .toList());
        }
        // The store gave these names no order: their revisions have one.
        return entries.thenCompose(all -> inTurn(
                        all.stream()
                                .map(Listing.Entry::name)
                                .filter(name -> name.startsWith(LABEL))
                                .toList(),
                        name -> calls.repeatable(deadline(), core -> core.stat(layout.version(name)))
                                .thenApply(stat -> Map.entry(name, stat))))
                .thenApply(stats -> stats.stream()
                        .filter(entry -> entry.getValue().isPresent())
                        .sorted(Comparator.comparingLong(
                                entry -> entry.getValue().get().createRev()))
                        .map(Map.Entry::getKey)
                        .toList());
    }

    private CompletableFuture<List<Listing.Entry>> list(NodePath directory) {
        return calls.repeatable(deadline(), core -> core.list(directory))
                .thenApply(listing -> listing.map(Listing::entries).orElse(List.of()));
    }

    private static <A> CompletableFuture<List<A>> inTurn(
            List<String> names, Function<String, CompletableFuture<A>> question) {
        CompletableFuture<List<A>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (String name : names) {
            all = all.thenCompose(found -> question.apply(name).thenApply(answer -> {
                found.add(answer);
                return found;
            }));
        }
        return all;
    }

    private CompletableFuture<Optional<Node>> read(NodePath path) {
        return calls.repeatable(deadline(), core -> core.read(path));
    }

    private CompletableFuture<TxnResult> remove(String version) {
        return nodesOf(version).thenCompose(nodes -> {
            Txn.Builder txn = Txn.builder();
            nodes.forEach(node -> txn.delete(node, Expect.ANY));
            Txn built = txn.build();
            return calls.repeatable(deadline(), core -> core.commit(built));
        });
    }

    private static Optional<VersionEntry> entry(Node version) {
        try {
            return Optional.of(VersionEntry.decode(version.data()));
        } catch (CodecException foreign) {
            return Optional.empty();
        }
    }

    private Deadline deadline() {
        return Deadline.after(runtime.scheduler(), runtime.settings().opTimeout());
    }

    private Instant now() {
        return Instant.ofEpochMilli(runtime.scheduler().wallMillis());
    }

    private void requireVersions() {
        if (!layout.isVersioned()) {
            throw new IllegalStateException(layout.root() + " is published in simple mode: it has no versions");
        }
    }

    private <A> CompletionStage<A> answered(Supplier<CompletableFuture<A>> question) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        strand.execute(() -> question.get().whenComplete(Waiting.into(answer)));
        return runtime.handOver(answer);
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder<T> {
        private final CoordinationClient client;
        private final Codec<T> codec;
        private final List<Validator<T>> validators = new ArrayList<>();
        private ConfigLayout layout;
        private int kept = KEPT_DEFAULT;

        private Builder(CoordinationClient client, ConfigLayout layout, Codec<T> codec) {
            this.client = client;
            this.codec = codec;
            this.layout = layout;
        }

        /** Keeps versions. Default: the value alone. */
        public Builder<T> versioned() {
            layout = layout.versioned();
            return this;
        }

        /** Refuses values before they are written. */
        public Builder<T> validator(Validator<T> validator) {
            validators.add(validator);
            return this;
        }

        /** How many versions are kept, 1 to 1000; default {@value ConfigPublisher#KEPT_DEFAULT}. */
        public Builder<T> keep(int versions) {
            kept = versions;
            return this;
        }

        /** @throws IllegalArgumentException naming the setting, its value and what it must be */
        public ConfigPublisher<T> build() {
            if (kept < 1 || kept > 1_000) {
                throw new IllegalArgumentException("keep " + kept + ": must be 1 to 1000");
            }
            return new ConfigPublisher<>(this);
        }
    }
}
