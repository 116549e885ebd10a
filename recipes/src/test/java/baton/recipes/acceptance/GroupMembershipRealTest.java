package baton.recipes.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.Payload;
import baton.core.testkit.FaultProxy;
import baton.core.testkit.JavaProcess;
import baton.recipes.CoordinationClient;
import baton.recipes.membership.GroupMembership;
import baton.recipes.membership.Member;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is seen in a group, and until when, when members die and are cut off for real. */
@ParameterizedClass(name = "{0}")
@MethodSource("baton.recipes.acceptance.RealCore#ofThisRun")
class GroupMembershipRealTest extends OnRealCore {
    @Test
    void aKilledMemberLeavesEveryViewInTimeAndNobodyElseDoes() throws Exception {
        JavaProcess process = participant("member", "/killed");
        process.awaitLine("joined", LONG);
        List<GroupMembership> others =
                List.of(member(client(), "/killed", "a"), member(client(), "/killed", "b"), looker("/killed"));
        List<CompletableFuture<Long>> noticed =
                others.stream().map(GroupMembershipRealTest::departure).toList();
        for (GroupMembership group : others) {
            assertThat(group.awaitSize(size -> size == 3, LONG)).isTrue();
        }

        long killedAtNanos = System.nanoTime();
        process.kill();

        for (CompletableFuture<Long> departure : noticed) {
            assertThat(get(departure) - killedAtNanos)
                    .isBetween(0L, noticedMax().toNanos());
        }
        assertThat(others)
                .allSatisfy(group -> assertThat(group.view().members()).containsOnlyKeys("a", "b"));
    }

    @Test
    void nobodySeesAMemberLeaveThatWasCutOffForAMoment() throws Exception {
        GroupMembership onlooker = looker("/cut");
        FaultProxy proxy = proxy();
        GroupMembership cut = member(client(proxy, LONG), "/cut", "cut");
        assertThat(onlooker.awaitSize(size -> size == 1, LONG)).isTrue();
        Member before = onlooker.view().members().get("cut");
        Queue<Member> gone = new ConcurrentLinkedQueue<>();
        onlooker.addListener((then, now, joined, left, updated) -> gone.addAll(left));

        for (int round = 0; round < 3; round++) {
            Payload word = Payload.utf8("after cut " + round);
            proxy.cutOnce();
            get(cut.setThisData(word));
            Awaitility.await()
                    .untilAsserted(() -> assertThat(
                                    onlooker.view().members().get("cut").payload())
                            .isEqualTo(word));
        }

        assertThat(gone).isEmpty();
        assertThat(onlooker.view().members().get("cut").incarnation()).isEqualTo(before.incarnation());
        assertThat(cut.view().members()).containsOnlyKeys("cut");
    }

    @Test
    void whoLeavesIsGoneAtOnceAndComesBackAsAnother() throws Exception {
        GroupMembership onlooker = looker("/leaving");
        GroupMembership member = member(client(), "/leaving", "a");
        assertThat(onlooker.awaitSize(size -> size == 1, LONG)).isTrue();
        long before = onlooker.view().members().get("a").incarnation();

        get(member.leave());
        assertThat(onlooker.awaitSize(size -> size == 0, LONG)).isTrue();
        get(member.join());
        assertThat(onlooker.awaitSize(size -> size == 1, LONG)).isTrue();

        assertThat(onlooker.view().members().get("a").incarnation()).isGreaterThan(before);
    }

    private static CompletableFuture<Long> departure(GroupMembership group) {
        CompletableFuture<Long> noticed = new CompletableFuture<>();
        group.addListener((before, after, joined, left, updated) -> {
            if (left.stream().anyMatch(member -> member.id().equals(ParticipantProcess.ID))) {
                noticed.complete(System.nanoTime());
            }
        });
        return noticed;
    }

    private GroupMembership member(CoordinationClient client, String path, String id) throws Exception {
        GroupMembership group =
                closing(new GroupMembership(client, path, id, Payload.EMPTY)).start();
        get(group.join());
        return group;
    }

    private GroupMembership looker(String path) {
        return closing(new GroupMembership(client(), path)).start();
    }
}
