package baton.spring;

import static java.util.concurrent.TimeUnit.SECONDS;

import baton.core.CoordinationCore;
import baton.core.CoreSession;
import baton.core.CreateSpec;
import baton.core.EndReason;
import baton.core.Expect;
import baton.core.Lifetime;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.core.testkit.sim.SimulatedStore;
import baton.spring.autoconfigure.BatonAutoConfiguration;
import baton.spring.autoconfigure.BatonConfigAutoConfiguration;
import baton.spring.autoconfigure.BatonDisabledAutoConfiguration;
import baton.spring.autoconfigure.BatonMethodGuardAutoConfiguration;
import baton.spring.autoconfigure.BatonRegistryAutoConfiguration;
import baton.spring.autoconfigure.BatonTasksAutoConfiguration;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** One store in memory, and applications that use it. Instances are told apart by name, in faults too. */
public final class SharedStore implements AutoCloseable {
    static {
        // A busy machine is slow, not wrong.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    private final SimulatedStore store = SimulatedStore.inProcess();
    private final CoreSession admin;

    public SharedStore() throws Exception {
        admin = store.core("admin")
                .openSession(SessionOptions.withTimeout(Duration.ofSeconds(10)), new Unconcerned())
                .toCompletableFuture()
                .get(10, SECONDS);
    }

    /** Runs contexts of Baton's auto-configurations without any core of their own. */
    public static ApplicationContextRunner plain() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        BatonAutoConfiguration.class,
                        BatonMethodGuardAutoConfiguration.class,
                        BatonConfigAutoConfiguration.class,
                        BatonRegistryAutoConfiguration.class,
                        BatonTasksAutoConfiguration.class,
                        BatonDisabledAutoConfiguration.class));
    }

    /** Runs contexts that use this store as one instance of the application {@code orders}. */
    public ApplicationContextRunner instance(String name) {
        return plain().withBean(CoordinationCore.class, () -> store.core(name))
                .withPropertyValues(
                        "spring.application.name=orders", "baton.client-id=" + name, "baton.events.before-ready=true");
    }

    public SimulatedStore store() {
        return store;
    }

    /** Creates or overwrites a node. */
    public void publish(String path, String text) throws Exception {
        NodePath node = NodePath.of(path);
        if (store.node(path).isPresent()) {
            admin.write(node, Payload.utf8(text), Expect.ANY)
                    .toCompletableFuture()
                    .get(10, SECONDS);
            return;
        }
        admin.ensureDir(node.parent()).toCompletableFuture().get(10, SECONDS);
        admin.create(CreateSpec.plain(node, Payload.utf8(text), Lifetime.PERSISTENT))
                .toCompletableFuture()
                .get(10, SECONDS);
    }

    @Override
    public void close() {
        store.close();
    }

    private static final class Unconcerned implements SessionObserver {
        @Override
        public void disconnected() {}

        @Override
        public void reconnected() {}

        @Override
        public void extended(long deadlineNanos) {}

        @Override
        public void ended(EndReason reason) {}
    }
}
