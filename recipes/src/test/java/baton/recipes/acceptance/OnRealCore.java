package baton.recipes.acceptance;

import baton.core.CoordinationCore;
import baton.core.testkit.FaultProxy;
import baton.core.testkit.JavaProcess;
import baton.recipes.CoordinationClient;
import java.time.Duration;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/**
 * A test class that runs once on each core, with one server for all of its tests: each test uses paths of its own, and
 * leaves no client behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(90)
abstract class OnRealCore {
    static final Duration TIMEOUT = Duration.ofMillis(1500);
    static final Duration LONG = Duration.ofSeconds(30);

    @Parameter
    RealCore kind;

    private final BlockingDeque<AutoCloseable> opened = new LinkedBlockingDeque<>();
    private RealStore store;

    @BeforeParameterizedClassInvocation(injectArguments = false)
    void openStore() {
        store = kind.open();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable last = opened.pollLast(); last != null; last = opened.pollLast()) {
            last.close();
        }
    }

    @AfterParameterizedClassInvocation(injectArguments = false)
    void closeStore() {
        store.close();
    }

    RealStore store() {
        return store;
    }

    /** Within this a dead client's ephemerals are gone and noticed: session timeout, what the server adds, a second. */
    Duration noticedMax() {
        return TIMEOUT.plus(kind.sessionSlack).plusSeconds(1);
    }

    /** Closes it when the test is over. */
    <A extends AutoCloseable> A closing(A resource) {
        opened.add(resource);
        return resource;
    }

    CoordinationClient client() {
        return client(TIMEOUT);
    }

    CoordinationClient client(Duration timeout) {
        return client(store.core(), timeout);
    }

    CoordinationClient client(FaultProxy proxy, Duration timeout) {
        String scheme = kind.hasZnodes() ? "zk://" : "etcd://";
        String address = proxy.address().getHostString() + ":" + proxy.address().getPort();
        return client(closing(CoordinationCore.connect(scheme + address)), timeout);
    }

    private CoordinationClient client(CoordinationCore core, Duration timeout) {
        CoordinationClient client = CoordinationClient.builder(core)
                .sessionTimeout(timeout)
                // The same store, whatever the way to it: its tokens can be compared.
                .scopeId(store.core().info().scopeId())
                .build()
                .start();
        closing(() -> client.close(Duration.ofSeconds(2)));
        return client;
    }

    FaultProxy proxy() {
        return closing(kind.hasZnodes() ? FaultProxy.to(store.address()) : FaultProxy.plain(store.address()));
    }

    /** Starts a {@link ParticipantProcess}. */
    JavaProcess participant(String role, String path) {
        return closing(JavaProcess.of(ParticipantProcess.class.getName())
                .arguments(store.connectString(), Long.toString(TIMEOUT.toMillis()), role, path)
                .start());
    }

    static <A> A get(CompletionStage<A> stage) throws Exception {
        return stage.toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS);
    }
}
