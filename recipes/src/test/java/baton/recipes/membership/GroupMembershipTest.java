package baton.recipes.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.NodePath;
import baton.core.Payload;
import baton.core.testkit.sim.OpKind;
import baton.core.testkit.sim.SimulatedStore;
import baton.recipes.ClosedException;
import baton.recipes.CoordinationClient;
import baton.recipes.node.ConflictPolicy;
import baton.recipes.sim.Failure;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GroupMembershipTest {
    private static final String GROUP = "/group";

    private final SimulatedWorld world = new SimulatedWorld(11);
    private final CoordinationClient watcher = world.client("watcher");
    private final GroupMembership group = new GroupMembership(watcher, GROUP).start();
    private final Diary diary = new Diary();

    GroupMembershipTest() {
        group.addListener(diary);
    }

    /** What a listener heard, as text. */
    private static final class Diary implements MembershipListener {
        final List<String> entries = new ArrayList<>();
        final List<Long> revisions = new ArrayList<>();

        @Override
        public void changed(
                MembershipView before,
                MembershipView after,
                Set<Member> joined,
                Set<Member> left,
                Set<Member> updated) {
            note("+", joined);
            note("-", left);
            note("*", updated);
            revisions.add(after.revision());
        }

        @Override
        public void viewExpired(MembershipView last) {
            entries.add("expired " + last.members().keySet());
        }

        @Override
        public void duplicate(DuplicateMemberException cause) {
            entries.add("duplicate");
        }

        private void note(String sign, Set<Member> members) {
            if (!members.isEmpty()) {
                entries.add(sign + members.stream().map(Member::id).collect(Collectors.joining(",")));
            }
        }
    }

    @Nested
    class Joining {
        @Test
        void isDoneWhenOurOwnViewShowsUs() {
            GroupMembership a = member("a", "hello");

            world.get("joined", a.join());

            Member shown = a.view().members().get("a");
            assertThat(shown.payload().utf8()).isEqualTo("hello");
            assertThat(a.state()).isEqualTo(MemberState.JOINED);
            world.runFor(Duration.ofSeconds(1));
            assertThat(diary.entries).containsExactly("+a");
        }

        @Test
        void againAfterLeavingIsAnotherIncarnation() {
            GroupMembership a = member("a", "");
            world.get("joined", a.join());
            long first = a.view().members().get("a").incarnation();

            a.leave();
            world.get("joined again", a.join());

            assertThat(a.view().members().get("a").incarnation()).isGreaterThan(first);
            world.runFor(Duration.ofMinutes(1));
            assertThat(group.view().members()).containsOnlyKeys("a");
        }

        @Test
        void needsAMemberId() {
            assertThatThrownBy(group::join)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("only looked on");
        }

        @Test
        void failsWhenLeftFirst() {
            world.store().faults().restart(Duration.ofSeconds(30));
            GroupMembership a = member("a", "");

            CompletionStage<Void> joined = a.join();
            a.leave();
            CompletableFuture<Void> future = joined.toCompletableFuture();
            world.until("refused", future::isDone);

            assertThatThrownBy(future::join).hasMessageContaining("left group /group");
        }
    }

    @Nested
    class WhenConnectionsBreak {
        @Test
        void aShortCutOfAMemberIsSeenByNobody() {
            GroupMembership a = joined("a");
            long incarnation = a.view().members().get("a").incarnation();

            for (int round = 0; round < 10; round++) {
                world.store().faults().cut("a", SimulatedWorld.TIMEOUT.dividedBy(2));
                world.runFor(SimulatedWorld.TIMEOUT);
            }

            assertThat(diary.entries).containsExactly("+a");
            assertThat(a.view().members().get("a").incarnation()).isEqualTo(incarnation);
            assertThat(a.state()).isEqualTo(MemberState.JOINED);
        }

        @Test
        void aMemberWhoseSessionExpiredLeavesAndComesBackAsAnotherIncarnation() {
            joined("a");
            long before = group.view().members().get("a").incarnation();

            world.store().faults().expire("a");
            world.until(
                    "back",
                    () -> group.view().members().values().stream().anyMatch(member -> member.incarnation() > before));
            settle();

            assertThat(diary.entries).containsExactly("+a", "-a", "+a");
        }

        @Test
        void aKilledMemberIsSeenLeavingWithinItsTimeout() {
            SimulatedWorld.Member mortal = world.member("a");
            GroupMembership a = new GroupMembership(mortal.client(), GROUP, "a", Payload.EMPTY).start();
            world.get("joined", a.join());
            world.until("seen", () -> group.view().size() == 1);

            mortal.process().kill();

            world.until(
                    "gone",
                    SimulatedWorld.TIMEOUT.plusSeconds(1),
                    () -> group.view().size() == 0);
        }

        @Test
        void ourOwnCutKeepsTheViewAndMarksItStale() {
            joined("a");

            world.store().faults().cut("watcher", Duration.ofSeconds(2));
            world.until("stale", () -> group.view().stale());
            world.runFor(Duration.ofSeconds(1));

            assertThat(group.view().members()).containsOnlyKeys("a");
            assertThat(group.view().age()).isBetween(Duration.ofMillis(900), Duration.ofSeconds(2));

            world.until("fresh", () -> !group.view().stale());
            assertThat(diary.entries).containsExactly("+a");
        }

        @Test
        void aViewThatIsStaleForTooLongIsReportedOnceAndKept() {
            joined("a");

            world.store().faults().restart(SimulatedWorld.TIMEOUT.multipliedBy(12));
            world.runFor(SimulatedWorld.TIMEOUT.multipliedBy(10));

            assertThat(diary.entries).containsExactly("+a", "expired [a]");
            world.until("fresh", () -> !group.view().stale());
            assertThat(group.view().members()).containsOnlyKeys("a");
        }

        @Test
        void whatChangedWhileWeWereAwayIsToldAsTheDifference() {
            joined("a");
            GroupMembership b = joined("b");

            world.store().faults().cut("watcher", Duration.ofSeconds(2));
            world.until("stale", () -> group.view().stale());
            b.leave();
            world.get("c joined", member("c", "").join());
            world.until("fresh", () -> !group.view().stale());
            settle();

            assertThat(diary.entries).containsExactly("+a", "+b", "+c", "-b");
        }

        @Test
        void aPauseOfTheWholeProcessWithoutACutLeavesNoStaleView() {
            SimulatedWorld.Member sleepy = world.member("sleepy");
            GroupMembership view = new GroupMembership(sleepy.client(), GROUP).start();
            world.until("loaded", () -> !view.view().stale());

            // Longer than the local lease, shorter than the session.
            sleepy.process().pause(SimulatedWorld.TIMEOUT.multipliedBy(9).dividedBy(10));
            joined("a");
            world.runFor(SimulatedWorld.TIMEOUT.multipliedBy(2));

            assertThat(view.view().stale()).isFalse();
            assertThat(view.view().members()).containsOnlyKeys("a");
        }

        @Test
        void aRestartOfTheStoreShorterThanTheTimeoutMakesNobodyLeave() {
            for (int i = 0; i < 20; i++) {
                joined("m" + i);
            }
            diary.entries.clear();

            world.store().faults().restart(SimulatedWorld.TIMEOUT.dividedBy(3));
            world.runFor(Duration.ofMinutes(1));

            assertThat(diary.entries).isEmpty();
            assertThat(group.view().size()).isEqualTo(20);
        }

        @ParameterizedTest
        @EnumSource(Failure.class)
        void whateverHappensToAMemberItIsInAgainAndSeenAsItIs(Failure failure) {
            SimulatedWorld.Member process = world.member("struck");
            GroupMembership member =
                    new GroupMembership(process.client(), GROUP, "struck", Payload.utf8("one")).start();
            world.get("joined", member.join());
            joined("other");
            world.until("both seen", () -> group.view().size() == 2);
            diary.entries.clear();

            failure.strike(world.store(), process.process(), SimulatedWorld.TIMEOUT);
            member.setThisData(Payload.utf8("two"));
            world.runFor(SimulatedWorld.TIMEOUT.multipliedBy(7));

            for (GroupMembership each : List.of(group, member)) {
                assertThat(each.view().stale()).isFalse();
                assertThat(each.view().members()).containsOnlyKeys("struck", "other");
                assertThat(each.view().find("struck").orElseThrow().payload().utf8())
                        .isEqualTo("two");
            }
            assertThat(member.state()).isEqualTo(MemberState.JOINED);
            if (failure.goesUnnoticed()) {
                assertThat(diary.entries).containsExactly("*struck");
            }
        }

        @Test
        void aStoreThatIsAwayAtTheStartIsWaitedFor() {
            world.store().faults().restart(Duration.ofMinutes(3));
            GroupMembership late = member("late", "");
            CompletableFuture<Void> in = late.join().toCompletableFuture();
            world.runFor(Duration.ofMinutes(2));
            assertThat(in).isNotDone();

            world.runFor(Duration.ofMinutes(2));

            assertThat(in).isCompleted();
            assertThat(group.view().members()).containsOnlyKeys("late");
        }

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
        void viewsConvergeAfterAnyFaultsAndNeverMoveBack(long seed) {
            SimulatedWorld rough = new SimulatedWorld(seed);
            List<GroupMembership> groups = new ArrayList<>();
            List<Diary> diaries = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                GroupMembership one = new GroupMembership(rough.client("m" + i), GROUP, "m" + i, Payload.EMPTY).start();
                Diary heard = new Diary();
                one.addListener(heard);
                one.join();
                groups.add(one);
                diaries.add(heard);
            }

            for (int round = 0; round < 40; round++) {
                String victim = "m" + rough.simulation().nextInt(6);
                GroupMembership somebody = groups.get(rough.simulation().nextInt(6));
                switch (rough.simulation().nextInt(7)) {
                    case 0 -> rough.store().faults().cut(victim, Duration.ofSeconds(1));
                    case 1 -> rough.store().faults().cut(victim, SimulatedWorld.TIMEOUT.multipliedBy(2));
                    case 2 -> rough.store().faults().expire(victim);
                    case 3 -> rough.store().faults().dropNextReply(OpKind.CREATE);
                    case 4 -> somebody.leave();
                    case 5 -> somebody.join();
                    default -> rough.store().faults().restart(Duration.ofSeconds(2));
                }
                rough.runFor(Duration.ofMillis(rough.simulation().nextInt(1500)));
            }
            groups.forEach(one -> one.join());
            rough.runFor(SimulatedWorld.TIMEOUT.multipliedBy(5));

            assertThat(groups).allSatisfy(one -> {
                assertThat(one.view().members()).hasSize(6);
                assertThat(one.view().members()).isEqualTo(groups.get(0).view().members());
                assertThat(one.view().stale()).isFalse();
            });
            assertThat(diaries).allSatisfy(heard -> assertThat(heard.revisions).isSorted());
        }
    }

    /** Half a minute. */
    @Test
    @Tag("soak")
    void aHundredMembersThatComeGoAndDieAreSeenAlikeInTime() {
        SimulatedWorld rough = new SimulatedWorld(100);
        Map<String, GroupMembership> alive = new TreeMap<>();
        Map<String, SimulatedWorld.Member> processes = new TreeMap<>();
        Set<String> in = new TreeSet<>();
        int born = 0;
        for (int round = 0; round < 10; round++) {
            Duration until = rough.simulation().elapsed().plusSeconds(30);
            while (rough.simulation().elapsed().compareTo(until) < 0) {
                while (alive.size() < 100) {
                    String id = "m" + born++;
                    processes.put(id, rough.member(id));
                    alive.put(id, new GroupMembership(processes.get(id).client(), GROUP, id, Payload.EMPTY).start());
                    alive.get(id).join();
                    in.add(id);
                }
                String victim =
                        List.copyOf(alive.keySet()).get(rough.simulation().nextInt(100));
                switch (rough.simulation().nextInt(5)) {
                    case 0 -> {
                        alive.get(victim).leave();
                        in.remove(victim);
                    }
                    case 1 -> {
                        alive.get(victim).join();
                        in.add(victim);
                    }
                    case 2 -> {
                        processes.get(victim).process().kill();
                        alive.remove(victim);
                        in.remove(victim);
                    }
                    case 3 -> rough.store().faults().expire(victim);
                    default -> rough.store().faults().cut(victim, Duration.ofMillis(500));
                }
                rough.runFor(Duration.ofMillis(rough.simulation().nextInt(400)));
            }
            rough.runFor(SimulatedWorld.TIMEOUT.plusSeconds(1));

            assertThat(alive).allSatisfy((id, group) -> {
                assertThat(group.view().members().keySet()).isEqualTo(in);
                assertThat(group.view().stale()).isFalse();
            });
        }
    }

    @Nested
    class WithTheSameIdTwice {
        @Test
        void theSecondIsToldAndWaitsForTheFirst() {
            GroupMembership first = joined("a");
            GroupMembership second = new GroupMembership(world.client("b"), GROUP, "a", Payload.utf8("second")).start();
            Diary told = new Diary();
            second.addListener(told);
            CompletionStage<Void> in = second.join();
            world.runFor(Duration.ofSeconds(10));

            assertThat(told.entries).containsExactly("+a", "duplicate");
            assertThat(second.state()).isEqualTo(MemberState.WAITING);

            first.close();
            world.get("joined", in);
            settle();

            assertThat(group.view().members().get("a").payload().utf8()).isEqualTo("second");
        }

        @Test
        void theSecondTakesTheIdOverIfWanted() {
            joined("a");
            GroupMembership second = new GroupMembership(
                            world.client("b"),
                            GROUP,
                            "a",
                            Payload.utf8("second"),
                            MembershipOptions.DEFAULTS.withDuplicates(ConflictPolicy.REPLACE))
                    .start();

            world.get("joined", second.join());
            world.runFor(Duration.ofSeconds(30));

            assertThat(group.view().members().get("a").payload().utf8()).isEqualTo("second");
            assertThat(second.state()).isEqualTo(MemberState.JOINED);
        }
    }

    @Nested
    class Changes {
        @Test
        void theLastOfManyPayloadsReachesEverybodyInOrder() {
            GroupMembership a = joined("a");
            List<Integer> heard = new ArrayList<>();
            group.addListener((before, after, in, out, updated) -> updated.forEach(
                    member -> heard.add(Integer.parseInt(member.payload().utf8()))));

            for (int i = 1; i <= 1000; i++) {
                a.setThisData(Payload.utf8("" + i));
                world.runFor(Duration.ofMillis(world.simulation().nextInt(4)));
            }
            world.runFor(Duration.ofSeconds(2));

            assertThat(group.view().members().get("a").payload().utf8()).isEqualTo("1000");
            assertThat(heard).isSorted().endsWith(1000);
        }

        @Test
        void threeHundredJoinsInASecondAreAtMostSixtyEvents() {
            int[] events = {0};
            group.addListener((before, after, in, out, updated) -> events[0]++);
            List<CoordinationClient> clients = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                clients.add(world.client("m" + i));
            }
            world.until("connected", () -> clients.stream().allMatch(CoordinationClient::isConnected));

            for (int i = 0; i < 300; i++) {
                new GroupMembership(clients.get(i), GROUP, "m" + i, Payload.EMPTY)
                        .start()
                        .join();
                world.runFor(Duration.ofMillis(3));
            }
            world.until("all in", () -> group.view().size() == 300);

            assertThat(events[0]).isBetween(1, 60);
        }

        @Test
        void whatIsNoMemberIsIgnored() {
            world.store().put(NodePath.of("/group/readme"), Payload.utf8("hands off"));
            joined("a");

            assertThat(group.view().members()).containsOnlyKeys("a");
        }

        @Test
        void aViewWithoutPayloadsShowsWhoIsInOnly() {
            GroupMembership lean = new GroupMembership(
                            world.client("lean"),
                            GROUP,
                            null,
                            Payload.EMPTY,
                            MembershipOptions.DEFAULTS.withoutPayloads())
                    .start();

            world.get("joined", member("a", "hello").join());
            world.until("seen", () -> lean.view().size() == 1);

            assertThat(lean.view().members().get("a").payload()).isEqualTo(Payload.EMPTY);
        }

        @Test
        void aDirectoryThatIsDeletedByHandIsFilledAgain() {
            joined("a");

            world.store().deleteAll(NodePath.of(GROUP));
            world.runFor(Duration.ofSeconds(3));

            assertThat(group.view().members()).containsOnlyKeys("a");
        }
    }

    @Nested
    class Samples {
        private final Duration period = Duration.ofSeconds(20);

        @Test
        void areTakenOnceInAPeriodHoweverMuchChanges() {
            int[] events = {0};
            GroupMembership sampled = sampled("sampler", null);
            sampled.addListener((before, after, in, out, updated) -> events[0]++);
            world.until("first", () -> !sampled.view().stale());

            for (int i = 0; i < 40; i++) {
                world.get("in", member("m" + i, "").join());
                world.runFor(Duration.ofSeconds(1));
            }
            world.runFor(period.multipliedBy(2));

            assertThat(events[0]).isBetween(2, 5);
            assertThat(sampled.view().size()).isEqualTo(40);
            assertThat(sampled.view().stale()).isFalse();
        }

        @Test
        void doNotDelayOurOwnJoining() {
            GroupMembership sampled = sampled("sampler", "me");

            CompletableFuture<Void> joined = sampled.join().toCompletableFuture();
            world.runFor(Duration.ofSeconds(1));

            assertThat(joined).isCompleted();
        }

        @Test
        void goOnAfterCutsAndNewSessions() {
            GroupMembership sampled = sampled("sampler", null);
            world.until("first", () -> !sampled.view().stale());

            world.store().faults().cut("sampler", Duration.ofSeconds(1));
            world.runFor(Duration.ofSeconds(5));
            assertThat(sampled.view().stale()).isFalse();
            world.store().faults().expire("sampler");
            world.get("in", member("a", "").join());
            world.runFor(period.multipliedBy(2));

            assertThat(sampled.view().stale()).isFalse();
            assertThat(sampled.view().members()).containsOnlyKeys("a");
        }

        private GroupMembership sampled(String client, String id) {
            return new GroupMembership(
                            world.client(client), GROUP, id, Payload.EMPTY, MembershipOptions.DEFAULTS.observe(period))
                    .start();
        }
    }

    @Test
    void aGroupMemberIsInFromStartToClose() {
        GroupMember member = new GroupMember(world.client("a"), GROUP, "a", Payload.utf8("hello"));

        world.get("in", member.start());
        assertThat(member.getCurrentMembers()).containsExactly(Map.entry("a", Payload.utf8("hello")));
        member.close();

        world.until("out", () -> group.view().size() == 0);
    }

    @Nested
    class Closing {
        @Test
        void leavesAndFreesWhatTheStoreKept() {
            world.until("looking on", () -> !group.view().stale());
            int before = world.store().registrations();
            GroupMembership a = joined("a");

            a.close();
            a.close();
            world.runFor(Duration.ofSeconds(1));

            assertThat(group.view().members()).isEmpty();
            assertThat(world.store().registrations()).isEqualTo(before);
            assertThatThrownBy(a::join).isInstanceOf(ClosedException.class);
        }

        @Test
        void ofTheClientClosesItsGroups() {
            CoordinationClient client = world.client("a");
            GroupMembership a = new GroupMembership(client, GROUP, "a", Payload.EMPTY).start();
            world.get("joined", a.join());
            assertThat(client.describe()).extracting(Object::toString).anyMatch(text -> text.contains("state=JOINED"));

            client.runtime().liveSession().orElseThrow().core().end();
            world.until(
                    "gone",
                    () -> group.view().size() == 0
                            || !world.store().children(GROUP).isEmpty());
            a.close();
            world.runFor(Duration.ofSeconds(1));

            assertThat(world.store().children(GROUP)).isEmpty();
            assertThat(client.describe()).isEmpty();
        }
    }

    @Test
    void callersCanWaitForASize() throws InterruptedException {
        try (SimulatedStore store = SimulatedStore.inProcess();
                CoordinationClient client =
                        CoordinationClient.builder(store.core("real")).build().start();
                GroupMembership a = new GroupMembership(client, GROUP, "a", Payload.EMPTY).start()) {
            assertThat(a.awaitInitial(Duration.ofSeconds(20))).isTrue();
            assertThat(a.awaitSize(size -> size == 1, Duration.ofMillis(20))).isFalse();

            a.join();

            assertThat(a.awaitSize(size -> size == 1, Duration.ofSeconds(20))).isTrue();
        }
    }

    private GroupMembership member(String id, String payload) {
        return new GroupMembership(world.client(id), GROUP, id, Payload.utf8(payload)).start();
    }

    private GroupMembership joined(String id) {
        GroupMembership member = member(id, "");
        world.get(id + " joined", member.join());
        world.until(
                id + " seen",
                () -> group.view().members().containsKey(id) || group.view().stale());
        settle();
        return member;
    }

    /** Listeners hear a little later than views show. */
    private void settle() {
        world.runFor(Duration.ofMillis(100));
    }
}
