package baton.recipes.latch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import baton.core.Expect;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.testkit.sim.Simulation;
import baton.recipes.LeasePolicy;
import baton.recipes.LossReason;
import baton.recipes.sim.BugWatch;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Elections in virtual time. A failure names its seed. */
class LeaderLatchSimulationTest {
    private static final String PATH = "/leader";
    private static final Duration SESSION = SimulatedWorld.TIMEOUT;

    @Test
    void atMostOneLeadsAndInTheEndOneDoesInRandomSchedules() {
        long terms = LongStream.rangeClosed(1, 200)
                .map(seed -> new RandomSchedule(seed).run())
                .sum();

        assertThat(terms).isGreaterThan(200 * 3);
    }

    @Test
    @Tag("soak")
    void atMostOneLeadsAndInTheEndOneDoesInManyRandomSchedules() {
        LongStream.rangeClosed(1_000, 11_000).forEach(seed -> new RandomSchedule(seed).run());
    }

    @Nested
    class OneByOne {
        private final SimulatedWorld cluster = new SimulatedWorld(42, 2);
        private final Simulation simulation = cluster.simulation();

        @Test
        void theNextLeadsWhenTheLeaderDies() {
            Member first = started("p0");
            Member second = started("p1");

            cluster.member(0).process().kill();
            boolean takenOver = simulation.runUntil(second.latch::hasLeadership, SESSION.plusSeconds(2));

            assertThat(takenOver).isTrue();
            simulation.runFor(Duration.ofMillis(1));
            assertThat(second.token()).isGreaterThan(first.token());
        }

        @Test
        void whoGivesUpWaitingLeavesNothingBehind() {
            started("p0");
            LeaderLatch next = started("p1").latch;
            CompletableFuture<Leadership> givenUp = next.nextLeadership();
            CompletableFuture<Leadership> waiting = next.nextLeadership();
            assertThat(next.describe().fields()).containsEntry("waiting", 2);

            givenUp.cancel(false);
            assertThat(next.describe().fields()).containsEntry("waiting", 1);
            cluster.member(0).process().kill();
            simulation.runUntil(next::hasLeadership, SESSION.plusSeconds(2));
            simulation.runFor(Duration.ofMillis(1));

            assertThat(waiting).isCompletedWithValueMatching(Leadership::isValid);
            assertThat(next.describe().fields()).containsEntry("waiting", 0);
        }

        @Test
        void aLeaderWhoseSessionExpiredGoesToTheTail() {
            Member first = started("p0");
            Member second = started("p1");
            long token = first.token();

            cluster.store().faults().expire("p0");
            simulation.runFor(Duration.ofSeconds(2));

            assertThat(first.events).containsExactly("leader 1", "not SESSION_LOST");
            assertThat(second.latch.hasLeadership()).isTrue();
            assertThat(second.token()).isGreaterThan(token);
            second.latch.relinquish(Duration.ZERO);
            simulation.runFor(Duration.ofSeconds(2));
            assertThat(first.token()).isGreaterThan(second.tokens.get(0));
        }

        @Test
        void aBlinkOfTheNetworkGoesUnnoticed() {
            Member first = started("p0");

            cluster.store().faults().cut("p0", SESSION.dividedBy(3));
            simulation.runFor(SESSION.multipliedBy(2));

            assertThat(first.events).containsExactly("leader 1", "jeopardy 1");
            assertThat(first.latch.hasLeadership()).isTrue();
        }

        @Test
        void aBlinkEndsALeadershipThatIsRevokedOnSuspendAndTheSameTicketLeadsAgain() {
            Member first = new Member(LeaderLatch.builder(cluster.member(0).client(), PATH)
                    .leasePolicy(LeasePolicy.REVOKE_ON_SUSPEND)
                    .build());
            simulation.runFor(Duration.ofSeconds(1));

            cluster.store().faults().cut("p0", SESSION.dividedBy(3));
            simulation.runFor(SESSION.multipliedBy(2));

            assertThat(first.events).containsExactly("leader 1", "not LEASE_EXPIRED", "leader 2");
            assertThat(first.tokens.get(0)).isEqualTo(first.tokens.get(1));
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
        void aLeaderThatIsCutOffStopsBeforeTheNextBegins(long seed) {
            SimulatedWorld other = new SimulatedWorld(seed, 2);
            Member first = new Member(new LeaderLatch(other.member(0).client(), PATH, "p0"));
            other.simulation().runFor(Duration.ofSeconds(1));
            Member second = new Member(new LeaderLatch(other.member(1).client(), PATH, "p1"));
            other.simulation().runFor(Duration.ofSeconds(1));

            other.store().faults().cut("p0", SESSION.multipliedBy(3));
            boolean both = other.simulation()
                    .runUntil(
                            () -> first.latch.hasLeadership() && second.latch.hasLeadership(), SESSION.multipliedBy(5));

            assertThat(both).isFalse();
            assertThat(second.latch.hasLeadership()).isTrue();
        }

        @Test
        void aPausedLeaderFindsItselfDeposedAtTheFirstCallAndItsGuardedWriteFails() {
            Member first = started("p0");
            Member second = started("p1");
            Leadership old = first.latch.leadership().orElseThrow();
            cluster.store().put(NodePath.of("/resource"), Payload.utf8("untouched"));

            cluster.member(0).process().pause(SESSION.multipliedBy(2));
            simulation.runUntil(
                    second.latch::hasLeadership, SESSION.multipliedBy(2).minusMillis(1));

            assertThat(first.latch.hasLeadership()).isFalse();
            var write = cluster.member(0)
                    .client()
                    .transaction()
                    .guard(old)
                    .write(NodePath.of("/resource"), Payload.utf8("late"), Expect.ANY)
                    .commit()
                    .toCompletableFuture();
            simulation.runFor(SESSION.multipliedBy(2));
            assertThat(write).isCompletedExceptionally();
            assertThat(cluster.store().node("/resource").orElseThrow().data().utf8())
                    .isEqualTo("untouched");
            assertThat(first.events)
                    .startsWith("leader 1")
                    .element(1)
                    .asString()
                    .startsWith("not ");
        }

        @Test
        void aSuspendedMachineFindsItselfDeposedAlthoughItsClockStoodStill() {
            Member first = started("p0");
            Member second = started("p1");

            cluster.member(0).process().suspend(SESSION.multipliedBy(2));
            simulation.runUntil(
                    second.latch::hasLeadership, SESSION.multipliedBy(2).minusMillis(1));
            boolean both = first.latch.hasLeadership();
            simulation.runFor(SESSION.multipliedBy(3));

            assertThat(both).isFalse();
            assertThat(second.latch.hasLeadership()).isTrue();
            assertThat(first.latch.hasLeadership()).isFalse();
        }

        @ParameterizedTest
        @ValueSource(longs = {3_600, -3_600})
        void aJumpOfTheWallClockChangesNoLeader(long seconds) {
            Member first = started("p0");
            Member second = started("p1");

            cluster.member(0).process().jumpWallClock(Duration.ofSeconds(seconds));
            first.latch.hasLeadership();
            simulation.runFor(SESSION);

            assertThat(first.latch.hasLeadership()).isTrue();
            assertThat(first.events).containsExactly("leader 1");
            assertThat(second.events).isEmpty();
        }

        @Test
        void aRestartWithinTheDeadlineChangesNoLeader() {
            Member first = started("p0");
            Member second = started("p1");

            cluster.store().faults().restart(SESSION.dividedBy(4));
            simulation.runFor(SESSION.multipliedBy(2));

            assertThat(first.events).containsExactly("leader 1", "jeopardy 1");
            assertThat(second.events).isEmpty();
        }

        @Test
        void whoseTicketIsDeletedLeadsNoMoreWithinASecond() {
            Member first = started("p0");
            Member second = started("p1");

            cluster.store().deleteAll(first.latch.leadership().orElseThrow().ticketPath());
            simulation.runFor(Duration.ofSeconds(1));

            assertThat(first.events).containsExactly("leader 1", "not NODE_DELETED");
            assertThat(second.latch.hasLeadership()).isTrue();
        }

        @Test
        void theGroupRecoversWhenItsDirectoryIsDeleted() {
            Member first = started("p0");
            Member second = started("p1");

            cluster.store().deleteAll(NodePath.of(PATH));
            simulation.runFor(Duration.ofSeconds(5));

            assertThat(leaders(first, second)).isEqualTo(1);
        }

        @Test
        void aLatchStartedWhileTheStoreIsAwayLeadsWhenItIsBack() {
            cluster.store().faults().restart(Duration.ofSeconds(60));
            Member first = new Member(new LeaderLatch(cluster.member(0).client(), PATH, "p0"));

            simulation.runFor(Duration.ofSeconds(59));
            assertThat(first.latch.hasLeadership()).isFalse();
            simulation.runFor(Duration.ofSeconds(5));

            assertThat(first.latch.hasLeadership()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20})
        void closingAtAnyMomentLeavesNothing(int millis) {
            Member first = new Member(new LeaderLatch(cluster.member(0).client(), PATH, "p0"));
            simulation.runFor(Duration.ofMillis(millis));

            first.latch.clientCloses();
            first.latch.clientCloses();
            simulation.runFor(Duration.ofSeconds(2));

            assertThat(cluster.store().children(PATH)).isEmpty();
            assertThat(cluster.store().registrations()).isZero();
            assertThat(first.events.stream()
                            .filter(event -> event.startsWith("leader"))
                            .count())
                    .isEqualTo(first.events.stream()
                            .filter(event -> event.startsWith("not"))
                            .count());
        }

        @Test
        void anObserverSeesElectedThenReadyThenTheNext() {
            LeaderObserver observer = new LeaderObserver(cluster.member(1).client(), PATH);
            List<String> seen = new ArrayList<>();
            observer.addListener((before, now) -> seen.add(now.id() + (now.isReady() ? " ready" : "")));
            observer.start();
            Member first = started("p0");
            Member second = started("p1");

            first.latch.leadership().orElseThrow().ready(new byte[] {1});
            simulation.runFor(Duration.ofSeconds(1));
            first.latch.clientCloses();
            simulation.runFor(Duration.ofSeconds(1));

            assertThat(seen).containsExactly("p0", "p0 ready", "p1");
            assertThat(observer.leader().token().value()).isEqualTo(second.token());
            observer.close();
        }

        @Test
        void aLatchThatIsWithdrawnStaysOutOfLineUntilItRejoins() {
            Member first = started("p0");
            Member second = started("p1");

            first.latch.withdraw();
            simulation.runFor(Duration.ofMinutes(1));
            assertThat(second.latch.hasLeadership()).isTrue();
            assertThat(cluster.store().children(PATH)).hasSize(1);
            first.latch.rejoin();
            simulation.runFor(Duration.ofSeconds(1));

            assertThat(first.events).containsExactly("leader 1", "not REVOKED");
            assertThat(cluster.store().children(PATH)).hasSize(2);
            assertThat(second.latch.hasLeadership()).isTrue();
        }

        @Test
        void aParticipantThatSaysWhoItIsIsShownWithItsIdAndOwner() {
            LeaderLatch latch = LeaderLatch.builder(cluster.member(0).client(), PATH)
                    .id("host-17")
                    .withOwnerInfo()
                    .build()
                    .start();
            simulation.runUntil(latch::hasLeadership, Duration.ofSeconds(1));
            latch.leadership().orElseThrow().ready(new byte[] {1});
            simulation.runFor(Duration.ofSeconds(1));

            Participant leader = cluster.get("read", latch.leader());

            assertThat(leader.id()).isEqualTo("host-17");
            assertThat(leader.isReady()).isTrue();
            assertThat(leader.info().orElseThrow().clientId()).isEqualTo("p0");
        }

        @Test
        void participantsAreListedInTheOrderOfArrival() {
            started("p0");
            Member second = started("p1");

            var participants = second.latch.participants();
            simulation.runFor(Duration.ofSeconds(1));

            assertThat(participants.join())
                    .extracting(Participant::id, Participant::isLeader)
                    .containsExactly(tuple("p0", true), tuple("p1", false));
        }

        private Member started(String process) {
            Member member = new Member(new LeaderLatch(
                    cluster.members().stream()
                            .filter(each -> each.name().equals(process))
                            .findFirst()
                            .orElseThrow()
                            .client(),
                    PATH,
                    process));
            simulation.runFor(Duration.ofSeconds(1));
            return member;
        }

        private long leaders(Member... members) {
            return List.of(members).stream()
                    .filter(member -> member.latch.hasLeadership())
                    .count();
        }
    }

    /** A latch, and what its listener heard. */
    private static final class Member implements LeaderLatchListener {
        final LeaderLatch latch;
        final List<String> events = new ArrayList<>();
        final List<Long> tokens = new ArrayList<>();

        Member(LeaderLatch latch) {
            this.latch = latch;
            latch.addListener(this);
            latch.start();
        }

        long token() {
            return tokens.get(tokens.size() - 1);
        }

        /** Whether each term that began has ended before the next began. */
        boolean alternates() {
            List<String> turns = events.stream()
                    .filter(event -> !event.startsWith("jeopardy"))
                    .toList();
            for (int i = 0; i < turns.size(); i++) {
                if (turns.get(i).startsWith("leader") != (i % 2 == 0)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public void isLeader(Leadership leadership) {
            events.add("leader " + leadership.generation());
            tokens.add(leadership.token().value());
        }

        @Override
        public void notLeader(LossReason reason) {
            events.add("not " + reason);
        }

        @Override
        public void jeopardy(Leadership leadership) {
            events.add("jeopardy " + leadership.generation());
        }
    }

    /** One random run: members come, step down, close and die, while things go wrong. */
    private static final class RandomSchedule {
        private final long seed;
        private final SimulatedWorld cluster;
        private final Simulation simulation;
        private final List<Member> open = new ArrayList<>();
        private final List<Member> all = new ArrayList<>();
        private Optional<String> violation = Optional.empty();

        RandomSchedule(long seed) {
            this.seed = seed;
            this.simulation = new Simulation(seed);
            this.cluster = new SimulatedWorld(simulation, 2 + simulation.nextInt(3), 0);
        }

        long run() {
            try (BugWatch watch = new BugWatch()) {
                cluster.members().forEach(this::open);
                for (int i = 0; i < 25; i++) {
                    act();
                    simulation.runUntil(this::violated, cluster.upTo(Duration.ofSeconds(8)));
                }
                simulation.runUntil(this::violated, SESSION.multipliedBy(6));

                String run = "seed " + seed;
                assertThat(watch.bugs()).as(run).isEmpty();
                assertThat(violation).as(run).isEmpty();
                assertThat(all).as(run + ": terms end before the next begins").allMatch(Member::alternates);
                assertThat(open.stream().filter(member -> member.latch.hasLeadership()))
                        .as(() -> run + ": one leads; "
                                + open.stream()
                                        .map(member -> member.latch.describe())
                                        .toList())
                        .hasSize(open.isEmpty() ? 0 : 1);
                assertThat(cluster.store().children(PATH))
                        .as(run + ": a ticket a member")
                        .hasSize(open.size());
                open.forEach(member -> member.latch.clientCloses());
                simulation.runFor(SESSION);
                assertThat(cluster.store().children(PATH))
                        .as(run + ": nothing is left")
                        .isEmpty();
                return all.stream().mapToLong(member -> member.tokens.size()).sum();
            }
        }

        private void act() {
            switch (simulation.nextInt(8)) {
                case 0 -> open(cluster.randomMember());
                case 1 -> {
                    if (open.size() > 1) {
                        open.remove(simulation.nextInt(open.size())).latch.clientCloses();
                    }
                }
                case 2 -> {
                    if (!open.isEmpty()) {
                        open.get(simulation.nextInt(open.size())).latch.relinquish(cluster.upTo(Duration.ofSeconds(3)));
                    }
                }
                default -> cluster.randomFault();
            }
        }

        private void open(SimulatedWorld.Member process) {
            LeasePolicy policy =
                    simulation.nextInt(3) == 0 ? LeasePolicy.REVOKE_ON_SUSPEND : LeasePolicy.REVOKE_AT_LEASE_END;
            Member member = new Member(LeaderLatch.builder(process.client(), PATH)
                    .id("m" + all.size())
                    .leasePolicy(policy)
                    .build());
            open.add(member);
            all.add(member);
        }

        /** A session that a fault has expired before its time is known to be over only when word of that arrives. */
        private boolean violated() {
            long leaders = all.stream()
                    .flatMap(member -> member.latch.leadership().stream())
                    .filter(term ->
                            cluster.store().node(term.ticketPath().toString()).isPresent())
                    .count();
            if (leaders > 1) {
                violation = Optional.of(leaders + " leaders at " + simulation.elapsed() + ": "
                        + all.stream().map(member -> member.latch.describe()).toList());
            }
            return violation.isPresent();
        }
    }
}
