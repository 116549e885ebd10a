package baton.spring.config;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.Node;
import baton.recipes.CodecException;
import baton.recipes.CoordinationClient;
import baton.recipes.run.Strand;
import baton.recipes.run.Waiting;
import baton.spring.config.ImportFollower.State;
import baton.spring.config.ImportRefusedException.Why;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.env.PropertySource;

/**
 * What an application imports from the store: one property source for each import, which follows the store.
 *
 * <p>A change is evaluated on the client's listener executor, replaces the source's content as a whole, and is told to
 * {@link Follower}s afterwards, one at a time, in the order in which they came. Content that does not parse is refused
 * and the last good one stays. Safe for use by many threads.
 */
public final class ImportedConfig implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImportedConfig.class);

    private final @Nullable CoordinationClient client;
    private final Duration debounce;
    private final Optional<Path> snapshots;
    private final @Nullable Strand evaluation;
    private final Executor telling;
    private final Map<ConfigImport, One> imports = new HashMap<>();
    private final List<Follower> followers = new CopyOnWriteArrayList<>();

    /** Hears of what has changed, after the environment has. */
    public interface Follower {
        void changed(ConfigChangedEvent change);

        /** Content was refused. */
        default void rejected(ConfigRejectedEvent rejection) {}
    }

    private ImportedConfig(@Nullable CoordinationClient client, Duration debounce, Optional<Path> snapshots) {
        this.client = client;
        this.debounce = debounce;
        this.snapshots = snapshots;
        this.evaluation =
                client == null ? null : new Strand("imports", client.runtime().listenerExecutor());
        this.telling = client == null
                ? Runnable::run
                : new Strand("import listeners", client.runtime().listenerExecutor());
    }

    /**
     * For imports through a client.
     *
     * @param client started; its namespace is the one that paths lie below
     * @param debounce changes within this time are one
     * @param snapshots directory for last good contents, if they are kept
     */
    public static ImportedConfig through(CoordinationClient client, Duration debounce, Optional<Path> snapshots) {
        return new ImportedConfig(client, debounce, snapshots);
    }

    /** For applications that import nothing. */
    public static ImportedConfig none() {
        return new ImportedConfig(null, Duration.ZERO, Optional.empty());
    }

    /**
     * The source of an import, read for the first time and followed from now on; the same one if it is known.
     *
     * @param atMost how long to wait for the store
     * @throws ImportRefusedException if it must be there and cannot be read
     */
    public PropertySource<?> load(ConfigImport what, Duration atMost) throws InterruptedException {
        One one;
        synchronized (imports) {
            one = imports.computeIfAbsent(what, One::new);
        }
        return one.load(atMost);
    }

    public void follow(Follower follower) {
        followers.add(follower);
    }

    /** Where listeners of the application are told: in order, and without holding up the next change. */
    public Executor telling() {
        return telling;
    }

    /** The newest revision among the imports; 0 if there is none. */
    long revision() {
        synchronized (imports) {
            return imports.values().stream()
                    .mapToLong(one -> one.source.content().revision())
                    .max()
                    .orElse(0);
        }
    }

    /** Stops following. What was imported can still be read. */
    @Override
    public void close() {
        synchronized (imports) {
            imports.values().forEach(one -> one.follower.close());
        }
    }

    private void tell(Consumer<Follower> what) {
        followers.forEach(follower -> {
            try {
                what.accept(follower);
            } catch (RuntimeException failure) {
                LOG.warn("follower of imported configuration failed", failure);
            }
        });
    }

    /** One import. */
    private final class One {
        private final ConfigImport what;
        private final ImportedSource source;
        private final ImportFollower follower;
        private final Optional<ImportSnapshot> disk;
        /** Completes with the refusal, if there was one, when the store was heard for the first time. */
        private final CompletableFuture<Optional<ImportRefusedException>> heard = new CompletableFuture<>();
        /** Confined to the strand of evaluation: the nodes that were evaluated last. */
        private List<Node> last = List.of();

        One(ConfigImport what) {
            this.what = what;
            this.source = new ImportedSource(what);
            this.disk = snapshots.map(directory -> ImportSnapshot.in(directory, what));
            Strand on = Objects.requireNonNull(evaluation, "nothing is imported without a client");
            this.follower = new ImportFollower(
                    Objects.requireNonNull(client).runtime(),
                    what,
                    debounce,
                    state -> on.execute(() -> evaluate(state)));
            follower.start();
        }

        PropertySource<?> load(Duration atMost) throws InterruptedException {
            Optional<Optional<ImportRefusedException>> answer = Waiting.atMost(atMost, heard);
            if (answer.isPresent() && answer.get().isEmpty()) {
                return source;
            }
            ImportRefusedException refusal = answer.flatMap(known -> known).orElseGet(() -> unreachable(atMost));
            boolean stands = refusal.why() == Why.NO_NODE && what.presence() != ConfigImport.Presence.REQUIRED;
            if (stands || tookFromDisk() || what.presence() == ConfigImport.Presence.OPTIONAL) {
                if (!stands) {
                    LOG.warn("start without import cause={}", refusal.getMessage());
                }
                return source;
            }
            throw refusal;
        }

        private ImportRefusedException unreachable(Duration waited) {
            Optional<Throwable> cause = Objects.requireNonNull(client).lastError();
            String why = cause.map(error -> ": " + error.getMessage()).orElse("");
            return new ImportRefusedException(
                    Why.UNREACHABLE,
                    what,
                    "was not read: the store was not reached within " + waited.toMillis() + " ms" + why,
                    cause);
        }

        private boolean tookFromDisk() {
            Optional<ImportedContent> kept = disk.flatMap(ImportSnapshot::read);
            kept.ifPresent(content -> {
                if (source.begin(content)) {
                    LOG.warn(
                            "import taken from disk source={} keys={}",
                            what,
                            content.values().size());
                }
            });
            return kept.isPresent();
        }

        private void evaluate(State state) {
            boolean isFirst = !heard.isDone();
            try {
                if (state instanceof State.Refused refused) {
                    heard.complete(Optional.of(refusal(refused.cause())));
                } else if (state instanceof State.Present present) {
                    apply(present.nodes(), isFirst);
                } else {
                    apply(List.of(), isFirst);
                    if (isFirst) {
                        heard.complete(Optional.of(new ImportRefusedException(
                                Why.NO_NODE, what, "there is no node " + what.path(), Optional.empty())));
                    }
                }
                heard.complete(Optional.empty());
            } catch (CodecException malformed) {
                heard.complete(Optional.of(new ImportRefusedException(
                        Why.MALFORMED, what, String.valueOf(malformed.getMessage()), Optional.of(malformed))));
                reject(malformed);
            }
        }

        private ImportRefusedException refusal(CoordinationException cause) {
            Why why = cause.code() == CoreError.DENIED ? Why.DENIED : Why.UNREACHABLE;
            return new ImportRefusedException(why, what, String.valueOf(cause.getMessage()), Optional.of(cause));
        }

        private void apply(List<Node> nodes, boolean isFirst) {
            if (nodes.equals(last)) {
                return;
            }
            last = nodes;
            ImportedContent next = content(nodes);
            ImportedContent before = source.replace(next);
            disk.ifPresent(file -> file.write(next));
            Set<String> keys = next.changedFrom(before);
            // The first reading is a change only if the application has started with something else.
            if (keys.isEmpty() || isFirst && before.equals(ImportedContent.NONE) && !startedWithout()) {
                return;
            }
            LOG.info("import changed source={} keys={} revision={}", what, keys.size(), next.revision());
            tell(follower -> follower.changed(new ConfigChangedEvent(what.toString(), keys, next.revision())));
        }

        /** Once somebody follows, the context has begun to be made of what was there. */
        private boolean startedWithout() {
            return !followers.isEmpty();
        }

        private ImportedContent content(List<Node> nodes) {
            if (what.format().isEmpty()) {
                return ImportedContent.ofTree(what.path(), nodes);
            }
            return nodes.isEmpty()
                    ? ImportedContent.NONE
                    : ImportedContent.ofDocument(what.format().get(), nodes.get(0), what.profiles());
        }

        private void reject(CodecException malformed) {
            long revision =
                    last.stream().mapToLong(node -> node.stat().modRev()).max().orElse(0);
            LOG.warn("import rejected source={} revision={} cause={}", what, revision, malformed.getMessage());
            tell(follower -> follower.rejected(new ConfigRejectedEvent(
                    Map.class, what.toString(), revision, String.valueOf(malformed.getMessage()))));
        }
    }
}
