package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.CoreError;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.LeaderLatchListener;
import baton.recipes.latch.Leadership;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.recipes.sim.SimulatedWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What listeners of the connection hear, and what recipes make of it. */
class ConnectionStateTest {
    private static final Duration BLINK = SimulatedWorld.TIMEOUT.dividedBy(3);

    private final SimulatedWorld world = new SimulatedWorld(7, 1);
    private final CoordinationClient client = world.member(0).client();
    private final List<String> heard = new ArrayList<>();

    @BeforeEach
    void listen() {
        client.getConnectionStateListenable()
                .add(event -> heard.add(event.state() + " " + event.epoch() + (event.newSession() ? " new" : "")));
        world.until("connected", () -> !heard.isEmpty());
    }

    @Test
    void aCutIsASuspensionAndTheSameSessionComesBack() {
        world.store().faults().cut("p0", BLINK);
        world.runFor(SimulatedWorld.TIMEOUT);

        assertThat(heard).containsExactly("CONNECTED 1 new", "SUSPENDED 1", "RECONNECTED 1");
    }

    @Test
    void aSessionThatEndedIsReplaced() {
        world.store().faults().expire("p0");
        world.runFor(SimulatedWorld.TIMEOUT);

        assertThat(heard).containsExactly("CONNECTED 1 new", "LOST 1", "RECONNECTED 2 new");
    }

    @Test
    void aStoreThatTurnsAwayIsTriedNowAndThen() {
        Duration demanding = Duration.ofMinutes(1);
        LeaderLatch latch = new LeaderLatch(client, "/leader", "p0");
        long before = world.store().sessionsOpened();

        world.store().faults().turnAway("p0", demanding);
        latch.start();
        world.runFor(demanding);

        assertThat(world.store().sessionsOpened() - before).isBetween(10L, 60L);
        assertThat(client.lastError())
                .get()
                .satisfies(why -> assertThat(Calls.codeOf(why)).isEqualTo(CoreError.DENIED));
        world.until("leads", latch::hasLeadership);
        world.runFor(SimulatedWorld.TIMEOUT);
        assertThat(client.lastError()).isEmpty();
    }

    @Test
    void anIdleClientThatIsTurnedAwayKnowsItBetweenItsSessions() {
        world.store().faults().turnAway("p0", Duration.ofMinutes(1));
        world.until("turned away", () -> heard.contains("LOST 1"));

        world.until("opened again", client::isConnected);

        assertThat(client.lastError()).isPresent();
    }

    @Test
    void aServerThatServesReadsOnlyCountsAsNone() {
        LockGrant lock = world.get("held", new InterProcessMutex(client, "/lock").acquireAsync());
        LeaderLatch latch = LeaderLatch.builder(client, "/leader")
                .leasePolicy(LeasePolicy.REVOKE_ON_SUSPEND)
                .build();
        List<LossReason> losses = new ArrayList<>();
        latch.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader(Leadership leadership) {}

            @Override
            public void notLeader(LossReason reason) {
                losses.add(reason);
            }
        });
        latch.start();
        world.until("leads", latch::hasLeadership);

        world.store().faults().readOnly("p0", BLINK);
        world.until("heard", () -> heard.contains("READ_ONLY 1"));
        assertThat(client.isConnected()).isFalse();
        assertThat(lock.state()).isEqualTo(GrantState.JEOPARDY);
        assertThat(lock.isValid()).isTrue();
        world.until("steps down", () -> !latch.hasLeadership());
        world.runFor(SimulatedWorld.TIMEOUT);

        assertThat(heard).containsExactly("CONNECTED 1 new", "SUSPENDED 1", "READ_ONLY 1", "RECONNECTED 1");
        assertThat(losses).containsExactly(LossReason.LEASE_EXPIRED);
        assertThat(lock.state()).isEqualTo(GrantState.HELD);
        assertThat(latch.hasLeadership()).isTrue();
    }

    @Test
    void aServerThatServesReadsOnlyForLongerThanTheLeaseEndsWhatIsHeld() {
        LockGrant lock = world.get("held", new InterProcessMutex(client, "/lock").acquireAsync());

        world.store().faults().readOnly("p0", SimulatedWorld.TIMEOUT.multipliedBy(3));
        world.runFor(SimulatedWorld.TIMEOUT.multipliedBy(2));

        assertThat(lock.isValid()).isFalse();
        assertThat(heard).contains("SUSPENDED 1", "READ_ONLY 1", "LOST 1");
    }
}
