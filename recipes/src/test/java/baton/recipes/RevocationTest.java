package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.Expect;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.testkit.sim.OpKind;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Asking a holder to let go, and taking it away, in virtual time. */
class RevocationTest {
    private static final String LOCK = "/locks/a";
    private static final String ELECTION = "/leader";
    private static final Duration SOON = Duration.ofSeconds(1);

    private final SimulatedWorld world = new SimulatedWorld(3, 3);
    private final CoordinationClient holding = world.member(0).client();
    private final CoordinationClient waiting = world.member(1).client();
    private final CoordinationClient asking = world.member(2).client();
    private final List<String> heard = new ArrayList<>();

    private void hear(RevocationRequest request) {
        heard.add(request.by() + ": " + request.reason());
    }

    @Nested
    class OfALock {
        private final InterProcessMutex mutex = new InterProcessMutex(holding, LOCK);
        private final LockGrant grant = world.get("held", mutex.acquireAsync());
        private final CompletableFuture<LockGrant> next = new InterProcessMutex(waiting, LOCK).acquireAsync();
        private final String ticket = grant.ticketPath().toString();

        @Test
        void aHolderThatIsAskedReleasesAndTheNextIsGranted() {
            mutex.makeRevocable((held, request) -> {
                hear(request);
                assertThat(held).isSameAs(mutex);
                grant.close();
            });
            world.runFor(SOON);

            boolean written = world.get("asked", Revoker.attemptRevoke(asking, ticket, "deployment"));

            assertThat(written).isTrue();
            world.until("handed over", SOON, next::isDone);
            assertThat(heard).containsExactly("p2: deployment");
            assertThat(next.join().token()).isGreaterThan(grant.token());
        }

        @Test
        void aHolderThatDoesNotListenLosesItWhenItsTimeIsOver() {
            Duration grace = Duration.ofSeconds(3);
            mutex.makeRevocable((held, request) -> hear(request), Runnable::run, grace);
            world.get("asked", Revoker.attemptRevoke(asking, ticket, "deployment"));

            world.runFor(grace.minusMillis(100));
            assertThat(grant.isValid()).isTrue();
            world.until("taken away", SOON, next::isDone);

            assertThat(heard).containsExactly("p2: deployment");
            assertThat(grant.isValid()).isFalse();
            assertThat(world.get("lost", grant.lost())).isEqualTo(LossReason.REVOKED);
        }

        @Test
        void eachRequestIsToldOnce() {
            mutex.makeRevocable((held, request) -> hear(request));
            world.runFor(SOON);

            var one = Revoker.attemptRevoke(asking, ticket, "one");
            var two = Revoker.attemptRevoke(waiting, ticket, "two");
            world.get("asked", one);
            world.get("asked again", two);
            world.store().faults().spuriousTriggers("p0");
            world.runFor(SOON);

            assertThat(heard).containsExactlyInAnyOrder("p2: one", "p1: two");
            assertThat(grant.isValid()).isTrue();
        }

        @Test
        void aHolderWhoseTicketIsTakenAwayFindsItDeletedAndTheNextIsGranted() {
            world.runFor(SOON);

            boolean taken = world.get("taken", Revoker.forceRevoke(asking, ticket));

            assertThat(taken).isTrue();
            assertThat(world.get("lost", grant.lost())).isEqualTo(LossReason.NODE_DELETED);
            world.until("handed over", SOON, next::isDone);
            assertThat(world.get("gone", Revoker.forceRevoke(asking, ticket))).isFalse();
        }

        @Test
        void aHolderThatIsCutOffHearsOfRequestsWhenItIsBack() {
            mutex.makeRevocable((held, request) -> hear(request));
            world.runFor(SOON);
            world.store().faults().cut("p0", SimulatedWorld.TIMEOUT.dividedBy(3));

            world.get("asked", Revoker.attemptRevoke(asking, ticket, "one"));
            world.get("asked again", Revoker.attemptRevoke(asking, ticket, "two"));
            assertThat(heard).isEmpty();
            world.runFor(SimulatedWorld.TIMEOUT);

            assertThat(heard).containsExactly("p2: one", "p2: two");
            assertThat(grant.isValid()).isTrue();
        }

        @Test
        void whoWaitsIsAskedToo() {
            InterProcessMutex other = new InterProcessMutex(asking, LOCK);
            other.makeRevocable((held, request) -> hear(request), Runnable::run, Duration.ZERO);
            world.runFor(SOON);
            CompletableFuture<LockGrant> last = other.acquireAsync();
            world.runFor(SOON);
            String waits = newestTicket();

            world.get("asked", Revoker.attemptRevoke(waiting, waits, "not now"));
            world.runFor(SOON);

            assertThat(heard).containsExactly("p1: not now");
            assertThat(last).isNotDone();
            assertThat(newestTicket()).isNotEqualTo(waits);
        }

        @Test
        void theTicketStaysItsOwnersAndGoesWithTheOwnersSession() {
            world.get("asked", Revoker.attemptRevoke(asking, ticket, "deployment"));
            MarkedTicket said = MarkedTicket.of(world.store().node(ticket).orElseThrow());

            world.store().faults().expire("p0");

            assertThat(OwnerInfo.parse(said.data()).orElseThrow().clientId()).isEqualTo("p0");
            assertThat(world.store().node(ticket)).isEmpty();
        }

        @Test
        void theMarkerOfOtherLibrariesCounts() {
            mutex.makeRevocable((held, request) -> hear(request));
            world.runFor(SOON);

            world.get(
                    "asked",
                    asking.runtime()
                            .liveSession()
                            .orElseThrow()
                            .core()
                            .write(NodePath.of(ticket), Payload.utf8("__REVOKE__"), Expect.ANY));
            world.runFor(SOON);

            assertThat(heard).containsExactly(": ");
        }

        @Test
        void aLostReplyBringsNoSecondRequest() {
            mutex.makeRevocable((held, request) -> hear(request));
            world.runFor(SOON);
            world.store().faults().dropNextReply(OpKind.WRITE);

            assertThat(world.get("asked", Revoker.attemptRevoke(asking, ticket, "once")))
                    .isTrue();
            world.runFor(SOON);

            assertThat(heard).containsExactly("p2: once");
        }

        private String newestTicket() {
            return world.store().children(LOCK).stream()
                    .max((a, b) -> Long.compare(a.stat().createRev(), b.stat().createRev()))
                    .orElseThrow()
                    .path()
                    .toString();
        }
    }

    @Nested
    class OfALeadership {
        private final LeaderLatch leader = new LeaderLatch(holding, ELECTION, "a").start();
        private final String ticket = ticket();

        private String ticket() {
            world.until("leads", leader::hasLeadership);
            return leader.leadership().orElseThrow().ticketPath().toString();
        }

        @Test
        void aLeaderThatIsAskedStepsDownAndTheNextLeads() {
            LeaderLatch next = new LeaderLatch(waiting, ELECTION, "b").start();
            leader.makeRevocable((latch, request) -> latch.relinquish(Duration.ZERO));
            world.runFor(SOON);

            world.get("asked", Revoker.attemptRevoke(asking, ticket, "deployment"));

            world.until("the next leads", SOON, next::hasLeadership);
            world.until(
                    "the old one waits", () -> world.store().children(ELECTION).size() == 2);
            assertThat(leader.hasLeadership()).isFalse();
        }

        @Test
        void anAnnouncementKeepsTheRequestAndTheRequestTheAnnouncement() {
            leader.makeRevocable((latch, request) -> hear(request));
            world.runFor(SOON);

            world.get("asked", Revoker.attemptRevoke(asking, ticket, "deployment"));
            world.get("ready", leader.leadership().orElseThrow().ready(new byte[] {7}));
            world.get("asked again", Revoker.attemptRevoke(asking, ticket, "now"));
            world.runFor(SOON);

            var participant = world.get("read", leader.leader());
            assertThat(participant.id()).isEqualTo("a");
            assertThat(participant.isReady()).isTrue();
            assertThat(heard).containsExactly("p2: deployment", "p2: now");
        }
    }

    @Nested
    class OfNothing {
        @Test
        void aTicketThatIsGoneIsNotAsked() {
            world.runFor(SOON);

            assertThat(world.get("asked", Revoker.attemptRevoke(asking, LOCK + "/gone", "why not")))
                    .isFalse();
        }

        @Test
        void aNodeThatIsNobodysTicketIsNotTouched() {
            world.store().put(NodePath.of("/config"), Payload.utf8("precious"));
            world.runFor(SOON);

            var refused = Revoker.forceRevoke(asking, "/config").toCompletableFuture();
            world.until("refused", refused::isDone);

            assertThat(refused).isCompletedExceptionally();
            assertThat(refused.handle((done, failure) -> failure).join())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("/config");
            assertThat(world.store().node("/config")).isPresent();
        }
    }
}
