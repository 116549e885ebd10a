package baton.recipes.sim;

import baton.core.Capability;
import baton.core.CoordinationCore;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreInfo;
import baton.core.CoreSession;
import baton.core.SessionObserver;
import baton.core.SessionOptions;
import baton.core.testkit.sim.SimulatedProcess;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A core whose store does not let this client do certain things, and counts how often it asks for them. */
public final class RefusingCore implements CoordinationCore {
    /** Everything that changes something. */
    public static final Set<String> CHANGES = Set.of("create", "write", "delete", "commit", "ensureDir");

    private final CoordinationCore core;
    private final SimulatedProcess process;
    private final CoreError error;
    private final Set<String> operations;
    private final Map<String, Integer> asked = new HashMap<>();

    /** @param operations names of methods of {@link CoreSession} */
    public RefusingCore(CoordinationCore core, SimulatedProcess process, CoreError error, Set<String> operations) {
        this.core = core;
        this.process = process;
        this.error = error;
        this.operations = operations;
    }

    /** How often it was asked for what it refuses. */
    public int asked() {
        return asked.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public CoreInfo info() {
        return core.info();
    }

    @Override
    public Set<Capability> capabilities() {
        return core.capabilities();
    }

    @Override
    public CompletionStage<CoreSession> openSession(SessionOptions options, SessionObserver observer) {
        return core.openSession(options, observer).thenApply(this::refusing);
    }

    @Override
    public void close() {
        core.close();
    }

    private CoreSession refusing(CoreSession session) {
        return (CoreSession) Proxy.newProxyInstance(
                CoreSession.class.getClassLoader(), new Class<?>[] {CoreSession.class}, (proxy, method, arguments) -> {
                    if (operations.contains(method.getName())) {
                        return refused(method.getName());
                    }
                    try {
                        return method.invoke(session, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private CompletionStage<Object> refused(String operation) {
        asked.merge(operation, 1, Integer::sum);
        CompletableFuture<Object> answer = new CompletableFuture<>();
        process.execute(() -> answer.completeExceptionally(
                new CoordinationException(error, null, operation + " is not allowed here")));
        return answer;
    }
}
