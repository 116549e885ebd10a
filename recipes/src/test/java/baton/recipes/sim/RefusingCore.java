package baton.recipes.sim;

import baton.core.CoordinationCore;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.CoreSession;
import baton.core.testkit.sim.SimulatedProcess;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A core whose store does not let this client do certain things, and counts how often it asks for them. */
public final class RefusingCore extends WrappedCore {
    /** Everything that changes something. */
    public static final Set<String> CHANGES = Set.of("create", "write", "delete", "commit", "ensureDir");

    private final SimulatedProcess process;
    private final CoreError error;
    private final Set<String> operations;
    private final Map<String, Integer> asked = new HashMap<>();

    /** @param operations names of methods of {@link CoreSession} */
    public RefusingCore(CoordinationCore core, SimulatedProcess process, CoreError error, Set<String> operations) {
        super(core);
        this.process = process;
        this.error = error;
        this.operations = operations;
    }

    /** How often it was asked for what it refuses. */
    public int asked() {
        return asked.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    Object called(CoreSession session, Method method, Object[] arguments) throws Throwable {
        return operations.contains(method.getName()) ? refused(method.getName()) : passedOn(session, method, arguments);
    }

    private CompletionStage<Object> refused(String operation) {
        asked.merge(operation, 1, Integer::sum);
        CompletableFuture<Object> answer = new CompletableFuture<>();
        process.execute(() -> answer.completeExceptionally(
                new CoordinationException(error, null, operation + " is not allowed here")));
        return answer;
    }
}
