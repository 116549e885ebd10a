package baton.spring.config;

import baton.recipes.config.ConfigSnapshot;
import baton.recipes.config.ConfigWatcher;
import baton.recipes.config.Rejection;
import baton.spring.EventDelivery;
import baton.spring.LifecyclePhases;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.SmartLifecycle;

/**
 * The bean behind one {@link CoordinatedConfig} record: a watcher of its node.
 *
 * <p>Begins to watch when the context starts, without waiting for the store, and ends with the context.
 *
 * @param <T> the record
 */
final class LiveNode<T> implements Live<T>, SmartLifecycle, DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(LiveNode.class);

    private final Class<T> type;
    private final String path;
    private final EventDelivery events;
    private final ConfigWatcher<T> watcher;
    private final ChangeListeners<T> listeners = new ChangeListeners<>();
    private boolean watching;
    private boolean running;

    LiveNode(Class<T> type, String path, boolean versioned, LiveNodes application) {
        this.type = type;
        this.path = path;
        this.events = application.events();
        ConfigWatcher.Builder<T> builder = ConfigWatcher.builder(
                application.client(), path, application.binder().codec(type, path));
        builder.debounce(application.debounce());
        if (versioned) {
            builder.versioned();
        }
        application.binder().defaults(type).ifPresent(builder::defaultValue);
        application
                .snapshots()
                .map(directory -> directory.resolve(fileName(path)))
                .ifPresent(builder::diskSnapshot);
        this.watcher = builder.build();
    }

    /** Different paths are different files. */
    private static String fileName(String path) {
        return path.substring(1).replace("%", "%25").replace("/", "%2F");
    }

    @Override
    public T get() {
        return watcher.current();
    }

    @Override
    public ConfigSnapshot<T> snapshot() {
        return watcher.snapshot();
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return watcher.awaitReady(atMost);
    }

    @Override
    public Registration onChange(Consumer<ConfigChange<T>> listener) {
        return listeners.add(listener);
    }

    @Override
    public synchronized void start() {
        running = true;
        if (!watching) {
            watching = true;
            watcher.addListener(new Announcer());
            watcher.start();
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
    }

    @Override
    public synchronized boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return LifecyclePhases.CONFIG;
    }

    @Override
    public void destroy() {
        watcher.close();
    }

    @Override
    public String toString() {
        return "Live<" + type.getSimpleName() + "> of " + path;
    }

    /** Turns what the watcher says into events. */
    private final class Announcer implements baton.recipes.config.ConfigListener<T> {
        @Override
        public void changed(ConfigSnapshot<T> old, ConfigSnapshot<T> now) {
            LOG.info("configuration applied type={} path={} revision={}", type.getSimpleName(), path, now.revision());
            ConfigChange<T> change = new ConfigChange<>(
                    type,
                    path,
                    old.value(),
                    now.value(),
                    now.revision(),
                    ChangedComponents.between("", old.value(), now.value()));
            events.publish(path, change);
            listeners.tell(change);
        }

        @Override
        public void rejected(Rejection rejection) {
            events.publish(
                    path + " refused", new ConfigRejectedEvent(type, path, rejection.revision(), rejection.reason()));
        }
    }
}
