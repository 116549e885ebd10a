package baton.recipes.registry;

import baton.core.Node;
import baton.core.NodePath;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import baton.recipes.RecipeRuntime;
import baton.recipes.run.Strand;
import baton.recipes.view.Children;
import baton.recipes.view.ChildrenView;
import baton.recipes.view.ViewOptions;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The instances of one service, decoded; one for all caches and providers of a registry.
 *
 * <p>Decoding is code of the user, so it has a strand of its own on the listener executor.
 */
final class ServiceFeed<T> {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceFeed.class);

    private final RecipeRuntime runtime;
    private final NodePath directory;
    private final Codec<ServiceInstance<T>> codec;
    private final ChildrenView children;
    /** Runs on the listener executor. */
    private final Strand decoding;

    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Boolean> loaded = new CompletableFuture<>();

    /** Writer: the decoding strand. */
    private volatile Snapshot<T> snapshot;

    /** What was not to be read, by name, and which write of it; confined to the decoding strand. */
    private Map<String, Long> unreadable = new HashMap<>();

    /**
     * One instance that was read.
     *
     * @param revision of its data
     * @param sinceNanos when this incarnation was first seen
     * @param old whether it was there when we first looked
     */
    record Known<T>(ServiceInstance<T> instance, long incarnation, long revision, long sinceNanos, boolean old) {}

    /**
     * What is known at one moment.
     *
     * @param known by name of node, in order
     * @param byId the same; of instances with one id only one
     */
    record Snapshot<T>(Map<String, Known<T>> known, Map<String, Known<T>> byId, Children children) {
        static <T> Snapshot<T> of(Map<String, Known<T>> known, Children children) {
            Map<String, Known<T>> byId = new HashMap<>();
            known.values().forEach(each -> byId.putIfAbsent(each.instance().id(), each));
            return new Snapshot<>(Collections.unmodifiableMap(known), byId, children);
        }

        Snapshot<T> turned(Children now) {
            return new Snapshot<>(known, byId, now);
        }

        Collection<Known<T>> all() {
            return known.values();
        }

        Optional<Known<T>> find(String id) {
            return Optional.ofNullable(byId.get(id));
        }

        List<ServiceInstance<T>> instances() {
            return known.values().stream().map(Known::instance).toList();
        }
    }

    ServiceFeed(RecipeRuntime runtime, NodePath directory, Codec<ServiceInstance<T>> codec) {
        this.runtime = runtime;
        this.directory = directory;
        this.codec = codec;
        this.decoding = new Strand("service " + directory, runtime.listenerExecutor());
        this.children = new ChildrenView(
                runtime,
                runtime.newStrand("service " + directory),
                directory,
                ViewOptions.of("ServiceRegistry"),
                new Onlooker());
        this.snapshot = Snapshot.of(Map.of(), children.current());
    }

    void start() {
        children.start();
    }

    void close() {
        children.close();
        loaded.complete(false);
    }

    Snapshot<T> snapshot() {
        return snapshot;
    }

    /** For how long nothing certain is known; zero while it is. */
    Duration age() {
        return snapshot.children().age(runtime.scheduler().nowNanos());
    }

    /** Completes, on any thread, when instances were first read; with false if it was closed before. */
    CompletableFuture<Boolean> loaded() {
        return loaded;
    }

    /** Calls {@code follower} after each change, on the listener executor, one call at a time. */
    void follow(Runnable follower) {
        followers.add(follower);
    }

    void unfollow(Runnable follower) {
        followers.remove(follower);
    }

    private void decode(Children now) {
        Map<String, Known<T>> before = snapshot.known();
        boolean first = !snapshot.children().loaded();
        Map<String, Known<T>> known = new LinkedHashMap<>();
        Map<String, Long> failed = new HashMap<>();
        now.nodes().forEach((name, node) -> {
            Known<T> last = before.get(name);
            long revision = node.stat().modRev();
            Known<T> same = last != null && last.incarnation() == node.stat().createRev() ? last : null;
            if (same != null && same.revision() == revision) {
                known.put(name, same);
            } else if (Long.valueOf(revision).equals(unreadable.get(name))) {
                failed.put(name, revision);
            } else {
                try {
                    known.put(name, known(node, same, first));
                } catch (CodecException poison) {
                    failed.put(name, revision);
                    runtime.metrics().count("foreign.nodes", "ServiceRegistry", "");
                    LOG.warn(
                            "ignored an instance that cannot be read path={} cause={}",
                            node.path(),
                            poison.getMessage());
                }
            }
        });
        unreadable = failed;
        publish(Snapshot.of(known, now));
        loaded.complete(true);
    }

    private Known<T> known(Node node, @Nullable Known<T> last, boolean first) {
        ServiceInstance<T> instance = codec.decode(node.data());
        return new Known<>(
                instance,
                node.stat().createRev(),
                node.stat().modRev(),
                last == null ? runtime.scheduler().nowNanos() : last.sinceNanos(),
                last == null ? first : last.old());
    }

    private void publish(Snapshot<T> fresh) {
        snapshot = fresh;
        followers.forEach(Runnable::run);
    }

    /** Takes the children as they change, on their strand, and hops. */
    private final class Onlooker implements ChildrenView.Observer {
        @Override
        public void changed(Children before, Children now) {
            decoding.execute(() -> decode(now));
        }

        @Override
        public void turned(Children now) {
            decoding.execute(() -> publish(snapshot.turned(now)));
        }
    }
}
