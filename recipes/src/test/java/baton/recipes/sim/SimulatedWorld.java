package baton.recipes.sim;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.CoordinationCore;
import baton.core.testkit.sim.SimulatedProcess;
import baton.core.testkit.sim.SimulatedStore;
import baton.core.testkit.sim.Simulation;
import baton.recipes.CoordinationClient;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;

/** A store and the clients around it, in virtual time. The seed decides what happens in which order. */
public final class SimulatedWorld {
    public static final Duration TIMEOUT = Duration.ofSeconds(4);

    private final Simulation simulation;
    private final SimulatedStore store;

    public SimulatedWorld(long seed) {
        simulation = new Simulation(seed);
        store = SimulatedStore.in(simulation);
    }

    /** A client in a process of its own, which faults know by the same name. */
    public record Member(CoordinationClient client, SimulatedProcess process) {}

    public Simulation simulation() {
        return simulation;
    }

    public SimulatedStore store() {
        return store;
    }

    public Member member(String name) {
        return member(name, (core, process) -> core);
    }

    /** As {@link #member(String)}, with a core that behaves in its own way. */
    public Member member(String name, BiFunction<CoordinationCore, SimulatedProcess, CoordinationCore> wrapped) {
        SimulatedProcess process = simulation.process(name);
        CoordinationClient client = CoordinationClient.builder(wrapped.apply(store.core(process), process))
                .sessionTimeout(TIMEOUT)
                .clientId(name)
                .scheduler(new ProcessScheduler(process))
                .listenerExecutor(process::execute)
                .build();
        client.start();
        return new Member(client, process);
    }

    public CoordinationClient client(String name) {
        return member(name).client();
    }

    /** Runs until a condition holds; fails, naming the seed, if it does not within a virtual minute. */
    public void until(String what, BooleanSupplier condition) {
        until(what, Duration.ofMinutes(1), condition);
    }

    public void until(String what, Duration atMost, BooleanSupplier condition) {
        assertThat(simulation.runUntil(condition, atMost))
                .as("%s, within %s, seed %d", what, atMost, simulation.seed())
                .isTrue();
    }

    public <T> T get(String what, CompletionStage<T> stage) {
        var future = stage.toCompletableFuture();
        until(what, future::isDone);
        return future.join();
    }

    public void runFor(Duration span) {
        simulation.runFor(span);
    }
}
