package baton.recipes.contend;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.Node;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.testkit.sim.OpKind;
import baton.core.testkit.sim.Simulation;
import baton.recipes.LeasePolicy;
import baton.recipes.RecipeRuntime;
import baton.recipes.sim.BugWatch;
import baton.recipes.sim.DefectiveCore;
import baton.recipes.sim.DefectiveCore.Defect;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine under a seeded scheduler. A failure names its seed; {@link #replay} runs one seed alone. */
class TicketQueueSimulationTest {
    private static final NodePath DIRECTORY = NodePath.of("/locks/a");
    private static final long REPLAYED_SEED = 5106;
    private static final long DEFECT_SEEDS = 2_000;

    @Test
    void exclusionHoldsAndNobodyIsForgottenInRandomSchedules() {
        long grants = LongStream.rangeClosed(1, 500)
                .map(seed -> new RandomSchedule(seed).run())
                .sum();

        // Schedules in which nobody gets anything would prove nothing.
        assertThat(grants).isGreaterThan(500 * 5);
    }

    /** So many tickets of one session that it keeps one picture of the directory for all of them. */
    @Test
    void exclusionHoldsAndNobodyIsForgottenInCrowds() {
        long grants = LongStream.rangeClosed(1, 3)
                .map(seed -> new RandomSchedule(seed).crowded(400).run())
                .sum();

        assertThat(grants).isGreaterThan(3 * 100);
    }

    @Test
    @Tag("soak") // about two minutes
    void exclusionHoldsAndNobodyIsForgottenInManyCrowds() {
        LongStream.rangeClosed(1_000, 1_300)
                .forEach(seed -> new RandomSchedule(seed).crowded(400).run());
    }

    @Test
    @Tag("soak")
    void exclusionHoldsAndNobodyIsForgottenInManyRandomSchedules() {
        LongStream.rangeClosed(1_000, 11_000).forEach(seed -> new RandomSchedule(seed).run());
    }

    @Test
    void replay() {
        new RandomSchedule(REPLAYED_SEED).run();
    }

    /** The defect of which nothing is found in the schedules above, without it: rule INV-19. */
    @Test
    void twoValidGrantsAtOneInstantAreFound() {
        boolean found = LongStream.rangeClosed(1, DEFECT_SEEDS)
                .mapToObj(seed -> new RandomSchedule(seed, Defect.LEASE_OUTLIVES_THE_SESSION))
                .anyMatch(RandomSchedule::isViolatedWhileThingsGoWrong);

        assertThat(found).isTrue();
    }

    @Nested
    class OneByOne {
        @ParameterizedTest
        @EnumSource(
                value = OpKind.class,
                names = {"CREATE", "LIST", "DELETE", "ARM", "ENSURE_DIR", "SETTLE", "STAT", "PING"})
        void aLostReplyLeavesExactlyOneTicketAnAttempt(OpKind kind) {
            LongStream.range(0, 20).forEach(seed -> {
                SimulatedWorld cluster = new SimulatedWorld(seed, 2);
                cluster.simulation().runFor(Duration.ofSeconds(1));
                Grants holder = new Grants(cluster);
                holder.enter(0, QueueMode.STRICT);

                cluster.store().faults().dropNextReply(kind);
                holder.enter(1, QueueMode.STRICT);
                cluster.simulation().runFor(Duration.ofSeconds(30));

                assertThat(cluster.store().children(DIRECTORY.toString())).hasSize(2);
                holder.releaseAsGranted();
                cluster.simulation().runFor(Duration.ofSeconds(30));
                assertThat(cluster.store().children(DIRECTORY.toString())).isEmpty();
                assertThat(holder.granted()).hasSize(2);
            });
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
        void aLaggingReplicaBringsNoSecondTicket(long seed) {
            SimulatedWorld cluster = new SimulatedWorld(seed, 2);
            cluster.simulation().runFor(Duration.ofSeconds(1));
            Grants grants = new Grants(cluster);
            grants.enter(0, QueueMode.STRICT);
            cluster.simulation().runFor(Duration.ofSeconds(1));

            cluster.store().faults().lagAfterReconnect("p1");
            cluster.store().faults().dropNextReply(OpKind.CREATE);
            grants.enter(1, QueueMode.STRICT);
            cluster.simulation().runFor(Duration.ofSeconds(5));

            assertThat(cluster.store().children(DIRECTORY.toString())).hasSize(2);
        }

        @Test
        void aReleaseWakesOneWaiterAndCostsTwoReadsAtMost() {
            SimulatedWorld cluster = new SimulatedWorld(7, 4);
            cluster.simulation().runFor(Duration.ofSeconds(1));
            Grants grants = new Grants(cluster);
            for (int i = 0; i < 200; i++) {
                grants.enter(i % 4, QueueMode.STRICT);
                cluster.simulation().runFor(Duration.ofMillis(20));
            }
            long fired = cluster.store().triggersFired();
            long reads = reads(cluster);

            grants.releaseAsGranted();
            assertThat(cluster.simulation().runUntil(() -> grants.granted().size() == 200, Duration.ofMinutes(5)))
                    .isTrue();
            cluster.simulation().runFor(Duration.ofSeconds(1));

            // Each release fires the successor's trigger, and the holder's own on the ticket it deletes unless
            // cancelled.
            assertThat(cluster.store().triggersFired() - fired).isLessThanOrEqualTo(2 * 200);
            assertThat(reads(cluster) - reads).isLessThanOrEqualTo(2 * 200);
            assertThat(grants.tokens()).isSorted().doesNotHaveDuplicates();
        }

        @Test
        void orderHoldsWhereTheCounterRunsOver() {
            SimulatedWorld cluster = new SimulatedWorld(new Simulation(3), 2, Integer.MAX_VALUE - 3);
            cluster.simulation().runFor(Duration.ofSeconds(1));
            Grants grants = new Grants(cluster);
            for (int i = 0; i < 10; i++) {
                grants.enter(i % 2, QueueMode.STRICT);
                cluster.simulation().runFor(Duration.ofMillis(50));
            }

            grants.releaseAsGranted();
            cluster.simulation().runFor(Duration.ofSeconds(10));

            assertThat(grants.tokens()).hasSize(10).isSorted();
        }

        @Test
        void aDirectoryThatWasReapedIsMadeAgainAndTokensGrow() {
            SimulatedWorld cluster = new SimulatedWorld(5, 1);
            Grants grants = new Grants(cluster);
            grants.releaseAsGranted();
            grants.enter(0, QueueMode.SHARED);
            cluster.simulation().runFor(Duration.ofSeconds(100));
            assertThat(cluster.store().node(DIRECTORY.toString())).isEmpty();

            grants.enter(0, QueueMode.SHARED);
            cluster.simulation().runFor(Duration.ofSeconds(1));

            assertThat(grants.tokens()).hasSize(2).isSorted().doesNotHaveDuplicates();
        }

        @Test
        void foreignNodesAreIgnored() {
            SimulatedWorld cluster = new SimulatedWorld(5, 1);
            cluster.store().put(DIRECTORY.child("_c_not-a-ticket"), Payload.EMPTY);
            cluster.store().put(DIRECTORY.child("something"), Payload.EMPTY);
            Grants grants = new Grants(cluster);

            grants.enter(0, QueueMode.SHARED);
            cluster.simulation().runFor(Duration.ofSeconds(1));

            assertThat(grants.granted()).hasSize(1);
        }

        @Test
        void aWaiterWhoseTicketIsDeletedStandsInLineAgain() {
            SimulatedWorld cluster = new SimulatedWorld(5, 2);
            Grants grants = new Grants(cluster);
            grants.enter(0, QueueMode.SHARED);
            cluster.simulation().runFor(Duration.ofSeconds(1));
            grants.enter(1, QueueMode.SHARED);
            cluster.simulation().runFor(Duration.ofSeconds(1));
            Node waiting = last(cluster);

            cluster.store().deleteAll(waiting.path());
            cluster.simulation().runFor(Duration.ofSeconds(1));

            assertThat(cluster.store().children(DIRECTORY.toString())).hasSize(2);
            assertThat(last(cluster).stat().createRev())
                    .isGreaterThan(waiting.stat().createRev());
            assertThat(grants.granted()).hasSize(1);
        }

        /** The word of the end overtakes the replies on their way to the strand: the line is read with no session left. */
        @ParameterizedTest
        @EnumSource(QueueMode.class)
        void aWaiterWhoseSessionEndsRightBehindItsRepliesStandsInLineAgain(QueueMode mode) {
            SimulatedWorld cluster = new SimulatedWorld(5, 2);
            Grants grants = new Grants(cluster);
            grants.enter(0, mode);
            cluster.simulation().runFor(Duration.ofSeconds(1));
            long lists = cluster.store().count(OpKind.LIST);

            grants.enter(1, mode);
            cluster.simulation().runUntil(() -> cluster.store().count(OpKind.LIST) > lists, Duration.ofSeconds(1));
            cluster.member(1).process().pause(Duration.ofSeconds(1));
            cluster.store().faults().expire("p1");
            cluster.simulation().runFor(Duration.ofSeconds(3));

            assertThat(cluster.store().children(DIRECTORY.toString())).hasSize(2);
            grants.releaseAsGranted();
            cluster.simulation().runFor(Duration.ofSeconds(1));
            assertThat(grants.granted()).hasSize(2);
        }

        @Test
        void aHolderWhoseTicketIsDeletedLosesWithinASecondAndTheNextIsGranted() {
            SimulatedWorld cluster = new SimulatedWorld(5, 2);
            Grants grants = new Grants(cluster);
            grants.enter(0, QueueMode.SHARED);
            cluster.simulation().runFor(Duration.ofSeconds(1));
            grants.enter(1, QueueMode.SHARED);
            cluster.simulation().runFor(Duration.ofSeconds(1));

            cluster.store().deleteAll(grants.granted().get(0).ticketPath());
            cluster.simulation().runFor(Duration.ofSeconds(1));

            assertThat(grants.granted()).hasSize(2);
            assertThat(grants.granted().get(0).isValid()).isFalse();
            assertThat(grants.granted().get(1).isValid()).isTrue();
        }

        @Test
        void anUncontendedGrantAndReleaseTakeFourRequests() {
            SimulatedWorld cluster = new SimulatedWorld(5, 1);
            Grants grants = new Grants(cluster);
            grants.releaseAsGranted();
            grants.enter(0, QueueMode.SHARED);
            cluster.simulation().runFor(Duration.ofSeconds(1));
            long before = cluster.store().requests();

            grants.enter(0, QueueMode.SHARED);
            cluster.simulation().runFor(Duration.ofSeconds(1));

            assertThat(cluster.store().requests() - before).isLessThanOrEqualTo(4);
            assertThat(grants.granted()).hasSize(2);
        }

        @Test
        void massExpiryCostsTheSurvivorFewReads() {
            SimulatedWorld cluster = new SimulatedWorld(5, 2);
            cluster.simulation().runFor(Duration.ofSeconds(1));
            Grants grants = new Grants(cluster);
            for (int i = 0; i < 1_000; i++) {
                grants.enter(0, QueueMode.STRICT);
            }
            cluster.simulation().runFor(Duration.ofSeconds(20));
            grants.enter(1, QueueMode.STRICT);
            cluster.simulation().runFor(Duration.ofSeconds(1));
            cluster.member(0).process().kill();
            long reads = reads(cluster);

            assertThat(cluster.simulation().runUntil(() -> grants.of(1).isPresent(), Duration.ofSeconds(13)))
                    .isTrue();

            assertThat(reads(cluster) - reads).isLessThanOrEqualTo(50);
        }

        private Node last(SimulatedWorld cluster) {
            return cluster.store().children(DIRECTORY.toString()).stream()
                    .max((a, b) -> Long.compare(a.stat().createRev(), b.stat().createRev()))
                    .orElseThrow();
        }

        private long reads(SimulatedWorld cluster) {
            return cluster.store().count(OpKind.ARM)
                    + cluster.store().count(OpKind.LIST)
                    + cluster.store().count(OpKind.READ)
                    + cluster.store().count(OpKind.STAT);
        }
    }

    private static QueueRequest entering(SimulatedWorld.Member member, QueueMode mode, boolean tryOnly) {
        RecipeRuntime runtime = member.client().runtime();
        return TicketQueue.enter(runtime, spec(), mode, tryOnly, new Revocability<>(runtime, "test", member.name()));
    }

    private static ContendSpec spec() {
        return new ContendSpec(
                "test",
                DIRECTORY,
                "lock-",
                TicketRule.exclusive("lock-"),
                Payload.utf8("somebody"),
                LeasePolicy.REVOKE_AT_LEASE_END,
                ContendSpec.AfterLoss.END,
                ContendSpec.SessionLoss.REJOIN,
                Duration.ZERO);
    }

    /** What was granted in a cluster, in order. */
    private static final class Grants {
        private final SimulatedWorld cluster;
        private final List<QueueRequest> requests = new ArrayList<>();
        private final List<TicketGrant> granted = new ArrayList<>();
        private boolean releasing;

        Grants(SimulatedWorld cluster) {
            this.cluster = cluster;
        }

        QueueRequest enter(int member, QueueMode mode) {
            QueueRequest request = entering(cluster.member(member), mode, false);
            requests.add(request);
            request.result()
                    .thenAccept(result -> result.ifPresent(grant -> {
                        granted.add(grant);
                        if (releasing) {
                            grant.close();
                        }
                    }));
            return request;
        }

        void releaseAsGranted() {
            releasing = true;
            List.copyOf(granted).forEach(TicketGrant::close);
        }

        List<TicketGrant> granted() {
            return granted;
        }

        List<Long> tokens() {
            return granted.stream().map(grant -> grant.token().value()).toList();
        }

        Optional<TicketGrant> of(int member) {
            return requests.get(requests.size() - 1 + member - 1).result().getNow(Optional.empty());
        }
    }

    /** One random run: people come, hold, leave and give up, while things go wrong. */
    private static final class RandomSchedule {
        private final long seed;
        private final SimulatedWorld cluster;
        private final Simulation simulation;
        private final List<QueueRequest> requests = new ArrayList<>();
        private final List<TicketGrant> held = new ArrayList<>();
        private final List<String> violations = new ArrayList<>();
        /** Tickets that a fault has deleted, or whose session it has expired: they are missed only when word arrives. */
        private final Set<NodePath> takenAway = new HashSet<>();

        private long lastToken;
        private int grants;
        private boolean windingDown;
        private Duration holdMax = Duration.ofSeconds(8);

        RandomSchedule(long seed) {
            this(seed, Defect.NONE);
        }

        RandomSchedule(long seed, Defect defect) {
            this.seed = seed;
            this.simulation = new Simulation(seed);
            int members = 2 + simulation.nextInt(4);
            this.cluster = new SimulatedWorld(simulation, 0, 0);
            IntStream.range(0, members)
                    .forEach(i -> cluster.member("p" + i, (core, process) -> new DefectiveCore(core, defect)));
        }

        /** Lets so many come at once, and hold for a moment only. */
        RandomSchedule crowded(int waiters) {
            holdMax = Duration.ofMillis(200);
            for (int i = 0; i < waiters; i++) {
                enter(cluster.randomMember(), QueueMode.STRICT, false);
            }
            return this;
        }

        /** Returns how many grants there were. */
        long run() {
            try (BugWatch watch = new BugWatch()) {
                isViolatedWhileThingsGoWrong();
                windingDown = true;
                List.copyOf(held).forEach(TicketGrant::close);
                simulation.runUntil(this::violated, SimulatedWorld.TIMEOUT.multipliedBy(12));

                String run = "seed " + seed + ", " + grants + " grants";
                assertThat(watch.bugs()).as(run).isEmpty();
                assertThat(violations).as(run).isEmpty();
                assertThat(requests.stream().filter(request -> !request.isDecided()))
                        .as(() -> run + ": nobody waits for ever; " + described())
                        .isEmpty();
                assertThat(cluster.store().children(DIRECTORY.toString()))
                        .as(run + ": no ticket is left")
                        .isEmpty();
                assertThat(cluster.store().registrations())
                        .as(run + ": no trigger is left")
                        .isZero();
                return grants;
            }
        }

        /** Says whether two held it at one instant. */
        boolean isViolatedWhileThingsGoWrong() {
            for (int i = 0; i < 40 && violations.isEmpty(); i++) {
                Set<NodePath> before = tickets();
                act();
                before.removeAll(tickets());
                takenAway.addAll(before);
                simulation.runUntil(this::violated, cluster.upTo(Duration.ofSeconds(3)));
            }
            return !violations.isEmpty();
        }

        private Set<NodePath> tickets() {
            return cluster.store().children(DIRECTORY.toString()).stream()
                    .map(Node::path)
                    .collect(Collectors.toCollection(HashSet::new));
        }

        private void act() {
            switch (simulation.nextInt(8)) {
                case 0, 1, 2, 3 -> enter();
                case 4 -> withdrawSome();
                case 5 -> deleteSome();
                default -> cluster.randomFault();
            }
        }

        private void enter() {
            QueueMode mode = simulation.nextInt(3) == 0 ? QueueMode.STRICT : QueueMode.SHARED;
            enter(cluster.randomMember(), mode, simulation.nextInt(10) == 0);
        }

        private void enter(SimulatedWorld.Member member, QueueMode mode, boolean tryOnly) {
            QueueRequest request = entering(member, mode, tryOnly);
            requests.add(request);
            request.result().thenAccept(result -> result.ifPresent(grant -> granted(grant, member)));
        }

        private void granted(TicketGrant grant, SimulatedWorld.Member member) {
            held.add(grant);
            if (grant.isValid() && isAtStore(grant)) {
                grants++;
                if (grant.token().value() <= lastToken) {
                    violations.add("token " + grant.token().value() + " after " + lastToken);
                }
                lastToken = grant.token().value();
            }
            Duration hold = windingDown ? Duration.ZERO : cluster.upTo(holdMax);
            member.process().schedule(hold, () -> {
                held.remove(grant);
                grant.close();
            });
        }

        private void withdrawSome() {
            if (!requests.isEmpty()) {
                requests.get(simulation.nextInt(requests.size())).withdraw();
            }
        }

        private void deleteSome() {
            List<Node> tickets = cluster.store().children(DIRECTORY.toString());
            if (!tickets.isEmpty()) {
                cluster.store()
                        .deleteAll(
                                tickets.get(simulation.nextInt(tickets.size())).path());
            }
        }

        private String described() {
            return cluster.members().stream()
                            .flatMap(member -> member.client().describe().stream())
                            .toList()
                    + " at the store: " + cluster.store().children(DIRECTORY.toString());
        }

        private boolean isAtStore(TicketGrant grant) {
            return cluster.store().node(grant.ticketPath().toString()).isPresent();
        }

        private boolean violated() {
            long valid = held.stream()
                    .filter(TicketGrant::isValid)
                    .filter(grant -> !takenAway.contains(grant.ticketPath()))
                    .count();
            if (valid > 1) {
                violations.add(valid + " valid grants at " + simulation.elapsed() + ": " + held);
            }
            return !violations.isEmpty();
        }
    }
}
