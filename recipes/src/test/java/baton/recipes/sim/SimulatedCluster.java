package baton.recipes.sim;

import baton.core.testkit.sim.OpKind;
import baton.core.testkit.sim.SimulatedProcess;
import baton.core.testkit.sim.SimulatedStore;
import baton.core.testkit.sim.Simulation;
import baton.recipes.CoordinationClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Some processes with a client each, one store, and a seed. */
public final class SimulatedCluster {
    public static final Duration SESSION = Duration.ofSeconds(10);

    private final Simulation simulation;
    private final SimulatedStore store;
    private final List<Member> members = new ArrayList<>();

    /** A process and its client. */
    public record Member(SimulatedProcess process, CoordinationClient client) {
        public String name() {
            return process.name();
        }
    }

    public SimulatedCluster(long seed, int processes) {
        this(new Simulation(seed), processes, 0);
    }

    public SimulatedCluster(Simulation simulation, int processes, int firstSequence) {
        this.simulation = simulation;
        this.store = SimulatedStore.in(simulation, firstSequence);
        IntStream.range(0, processes).forEach(i -> add("p" + i));
    }

    public Member add(String name) {
        SimulatedProcess process = simulation.process(name);
        CoordinationClient client = CoordinationClient.builder(store.core(process))
                .scheduler(new ProcessScheduler(process))
                .listenerExecutor(process::execute)
                .sessionTimeout(SESSION)
                .clientId(name)
                .build()
                .start();
        Member member = new Member(process, client);
        members.add(member);
        return member;
    }

    public Simulation simulation() {
        return simulation;
    }

    public SimulatedStore store() {
        return store;
    }

    public List<Member> members() {
        return members;
    }

    public Member member(int index) {
        return members.get(index);
    }

    public Member randomMember() {
        return members.get(simulation.nextInt(members.size()));
    }

    public Duration upTo(Duration longest) {
        return Duration.ofNanos((long) (longest.toNanos() * simulation.chance()));
    }

    /** Something goes wrong somewhere. */
    public void randomFault() {
        String victim = randomMember().name();
        switch (simulation.nextInt(12)) {
            case 0, 1 -> store.faults().cut(victim, upTo(SESSION.dividedBy(2)));
            case 2 -> store.faults().cut(victim, upTo(SESSION.multipliedBy(3)));
            case 3 -> store.faults().expire(victim);
            case 4, 5 -> store.faults().dropNextReply(OpKind.values()[simulation.nextInt(OpKind.values().length)]);
            case 6 -> store.faults().spuriousTriggers(victim);
            case 7 -> store.faults().loseTriggers(victim);
            case 8 -> {
                store.faults().lagAfterReconnect(victim);
                store.faults().cut(victim, upTo(Duration.ofSeconds(1)));
            }
            case 9 -> randomMember().process().pause(upTo(SESSION.multipliedBy(2)));
            case 10 -> store.faults().blackhole(victim, upTo(SESSION));
            default -> {
                if (simulation.nextInt(4) == 0) {
                    store.faults().restart(upTo(SESSION.multipliedBy(2)));
                } else if (simulation.nextInt(4) == 0) {
                    store.faults().pause(upTo(SESSION.multipliedBy(2)));
                } else {
                    randomMember().process().suspend(upTo(SESSION.multipliedBy(2)));
                }
            }
        }
    }
}
