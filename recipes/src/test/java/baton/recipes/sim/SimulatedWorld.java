package baton.recipes.sim;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.CoordinationCore;
import baton.core.testkit.sim.OpKind;
import baton.core.testkit.sim.SimulatedProcess;
import baton.core.testkit.sim.SimulatedStore;
import baton.core.testkit.sim.Simulation;
import baton.recipes.CoordinationClient;
import baton.recipes.RecipeMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** A store and the clients around it, in virtual time. The seed decides what happens in which order. */
public final class SimulatedWorld {
    public static final Duration TIMEOUT = Duration.ofSeconds(4);

    private final Simulation simulation;
    private final SimulatedStore store;
    private final List<Member> members = new ArrayList<>();

    public SimulatedWorld(long seed) {
        this(seed, 0);
    }

    /** With so many members, {@code p0}, {@code p1} and so on. */
    public SimulatedWorld(long seed, int processes) {
        this(new Simulation(seed), processes, 0);
    }

    public SimulatedWorld(Simulation simulation, int processes, int firstSequence) {
        this.simulation = simulation;
        this.store = SimulatedStore.in(simulation, firstSequence);
        IntStream.range(0, processes).forEach(i -> member("p" + i));
    }

    /** A client in a process of its own, which faults know by the same name. */
    public record Member(CoordinationClient client, SimulatedProcess process) {
        public String name() {
            return process.name();
        }
    }

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
        return member(name, wrapped, builder -> builder);
    }

    /** As {@link #member(String)}, counted and measured. */
    public Member member(String name, RecipeMetrics metrics) {
        return member(name, (core, process) -> core, builder -> builder.metrics(metrics));
    }

    private Member member(
            String name,
            BiFunction<CoordinationCore, SimulatedProcess, CoordinationCore> wrapped,
            UnaryOperator<CoordinationClient.Builder> settings) {
        SimulatedProcess process = simulation.process(name);
        CoordinationClient client = settings.apply(
                        CoordinationClient.builder(wrapped.apply(store.core(process), process))
                                .sessionTimeout(TIMEOUT)
                                .clientId(name)
                                .scheduler(new ProcessScheduler(process))
                                .listenerExecutor(process::execute))
                .build();
        client.start();
        Member member = new Member(client, process);
        members.add(member);
        return member;
    }

    public CoordinationClient client(String name) {
        return member(name).client();
    }

    public List<Member> members() {
        return members;
    }

    /** One of those that are there, counted from 0 in the order in which they came. */
    public Member member(int index) {
        return members.get(index);
    }

    public Member randomMember() {
        return members.get(simulation.nextInt(members.size()));
    }

    /** Some span below {@code longest}. */
    public Duration upTo(Duration longest) {
        return Duration.ofNanos((long) (longest.toNanos() * simulation.chance()));
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

    /** Something goes wrong somewhere. */
    public void randomFault() {
        String victim = randomMember().name();
        switch (simulation.nextInt(12)) {
            case 0, 1 -> store.faults().cut(victim, upTo(TIMEOUT.dividedBy(2)));
            case 2 -> store.faults().cut(victim, upTo(TIMEOUT.multipliedBy(3)));
            case 3 -> store.faults().expire(victim);
            case 4, 5 -> store.faults().dropNextReply(OpKind.values()[simulation.nextInt(OpKind.values().length)]);
            case 6 -> store.faults().spuriousTriggers(victim);
            case 7 -> store.faults().loseTriggers(victim);
            case 8 -> {
                store.faults().lagAfterReconnect(victim);
                store.faults().cut(victim, upTo(Duration.ofSeconds(1)));
            }
            case 9 -> randomMember().process().pause(upTo(TIMEOUT.multipliedBy(2)));
            case 10 -> store.faults().blackhole(victim, upTo(TIMEOUT));
            default -> {
                if (simulation.nextInt(4) == 0) {
                    store.faults().restart(upTo(TIMEOUT.multipliedBy(2)));
                } else if (simulation.nextInt(4) == 0) {
                    store.faults().pause(upTo(TIMEOUT.multipliedBy(2)));
                } else {
                    randomMember().process().suspend(upTo(TIMEOUT.multipliedBy(2)));
                }
            }
        }
    }
}
