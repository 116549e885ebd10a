package baton.recipes.sim;

import baton.core.CoordinationCore;
import baton.core.testkit.sim.SimulatedStore;
import java.time.Duration;

/** A store in real time, its cores, and what can be done to them: what the contract tests of recipes run over. */
public interface CoreUnderTest extends AutoCloseable {
    /** A core for one client, which the faults know by its name. */
    CoordinationCore newCore(String client);

    /** Cuts a client's connection for a while. */
    void cut(String client, Duration span);

    /** Has the store end a client's session. */
    void expire(String client);

    /** Takes the store away for a while. */
    void restart(Duration span);

    /** How many children a directory has; zero if it is absent. */
    int children(String directory);

    @Override
    void close();

    /** The simulated store on a thread of its own. */
    static CoreUnderTest simulated() {
        SimulatedStore store = SimulatedStore.inProcess();
        return new CoreUnderTest() {
            @Override
            public CoordinationCore newCore(String client) {
                return store.core(client);
            }

            @Override
            public void cut(String client, Duration span) {
                store.faults().cut(client, span);
            }

            @Override
            public void expire(String client) {
                store.faults().expire(client);
            }

            @Override
            public void restart(Duration span) {
                store.faults().restart(span);
            }

            @Override
            public int children(String directory) {
                return store.children(directory).size();
            }

            @Override
            public void close() {
                store.close();
            }
        };
    }
}
