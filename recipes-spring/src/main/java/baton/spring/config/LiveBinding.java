package baton.spring.config;

import baton.recipes.config.ConfigSnapshot;
import baton.recipes.config.Rejection;
import baton.spring.StartRefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.bind.BindException;

/**
 * A live value that is bound to the environment: anew, from nothing, when imported keys have changed.
 *
 * @param <T> the value
 */
final class LiveBinding<T> implements Live<T>, ImportedConfig.Follower {
    private static final Logger LOG = LoggerFactory.getLogger(LiveBinding.class);

    private final Class<T> type;
    private final String source;
    private final String prefix;
    private final LiveEnvironment environment;
    private final Supplier<T> bind;
    private final ChangeListeners<T> listeners = new ChangeListeners<>();
    /** Writer: whoever holds this object's lock. */
    private volatile ConfigSnapshot<T> snapshot;

    /** The bean of a record. A value that does not bind refuses the start as any binding does. */
    LiveBinding(Class<T> type, String prefix, LiveEnvironment environment) {
        this(
                type,
                "prefix " + prefix,
                prefix,
                environment,
                () -> environment.binder().fromEnvironment(type, prefix));
    }

    LiveBinding(Class<T> type, String source, String prefix, LiveEnvironment environment, Supplier<T> bind) {
        this.type = type;
        this.source = source;
        this.prefix = prefix;
        this.environment = environment;
        this.bind = bind;
        this.snapshot = snapshotOf(firstValue(), 0, Optional.empty());
        environment.imports().follow(this);
        // What came between the two lines above was told to nobody.
        refresh();
    }

    @Override
    public T get() {
        return snapshot.value();
    }

    @Override
    public ConfigSnapshot<T> snapshot() {
        return snapshot;
    }

    @Override
    public boolean awaitReady(Duration atMost) {
        return true;
    }

    @Override
    public Registration onChange(Consumer<ConfigChange<T>> listener) {
        return listeners.add(listener);
    }

    @Override
    public void changed(ConfigChangedEvent change) {
        refresh();
    }

    @Override
    public String toString() {
        return "Live<" + type.getSimpleName() + "> of " + source;
    }

    private T firstValue() {
        try {
            return bind.get();
        } catch (IllegalStateException | IllegalArgumentException unfit) {
            throw new StartRefusedException(
                    "No " + type.getSimpleName() + " can be made of " + source + ": " + unfit.getMessage() + ".",
                    "Set what is missing, or give it a default.");
        }
    }

    private synchronized void refresh() {
        ConfigSnapshot<T> before = snapshot;
        long revision = environment.imports().revision();
        T next;
        try {
            next = bind.get();
        } catch (BindException refused) {
            reject(before, revision, DocumentBinder.reason(refused));
            return;
        } catch (RuntimeException refused) {
            reject(before, revision, refusedText(refused));
            return;
        }
        snapshot = snapshotOf(next, revision, Optional.empty());
        if (!next.equals(before.value())) {
            LOG.info("configuration applied type={} source={} revision={}", type.getSimpleName(), source, revision);
            ConfigChange<T> change = new ConfigChange<>(
                    type,
                    source,
                    before.value(),
                    next,
                    revision,
                    ChangedComponents.between(prefix, before.value(), next));
            tell(() -> {
                environment.events().publish(source, change);
                listeners.tell(change);
            });
        }
    }

    /** Without the value, which may be a secret. */
    private static String refusedText(RuntimeException refused) {
        return refused instanceof IllegalStateException
                ? String.valueOf(refused.getMessage())
                : "the value does not fit (" + refused.getClass().getSimpleName() + ")";
    }

    private void reject(ConfigSnapshot<T> before, long revision, String reason) {
        if (before.lastRejection().filter(known -> known.revision() == revision).isPresent()) {
            return;
        }
        snapshot = snapshotOf(before.value(), before.revision(), Optional.of(new Rejection(reason, revision, "")));
        LOG.warn("configuration rejected type={} source={} cause={}", type.getSimpleName(), source, reason);
        tell(() -> environment
                .events()
                .publish(source + " refused", new ConfigRejectedEvent(type, source, revision, reason)));
    }

    private void tell(Runnable news) {
        environment.imports().telling().execute(news);
    }

    private ConfigSnapshot<T> snapshotOf(T value, long revision, Optional<Rejection> rejection) {
        ConfigSnapshot.Source from = rejection.isEmpty() ? ConfigSnapshot.Source.LIVE : ConfigSnapshot.Source.LAST_GOOD;
        return new ConfigSnapshot<>(value, revision, "", from, false, Instant.now(), rejection);
    }
}
