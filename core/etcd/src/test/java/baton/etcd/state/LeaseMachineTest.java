package baton.etcd.state;

import static org.assertj.core.api.Assertions.assertThat;

import baton.etcd.state.LeaseMachine.Effect;
import baton.etcd.state.LeaseMachine.Event;
import baton.etcd.state.LeaseMachine.Proof;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Times are milliseconds after a start near the end of the clock's range, so that sums overflow. */
class LeaseMachineTest {
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(3).toNanos();
    private static final Duration TTL = Duration.ofMillis(3_000);

    private LeaseMachine machine = machine(Proof.REPLY, 1.0);

    @Test
    void theGrantCountsFromWhenItWasAskedFor() {
        assertThat(machine.deadlineNanos()).isEqualTo(at(2_970));
        assertThat(machine.isLive()).isTrue();
    }

    @Test
    void aThirdOfItsTimeLaterTheLeaseIsRenewed() {
        assertThat(machine.nextTickNanos()).isEqualTo(at(1_000));
        assertThat(machine.on(Event.TICK, at(999))).isEmpty();

        assertThat(machine.on(Event.TICK, at(1_000))).containsExactly(Effect.RENEW);
    }

    @Test
    void theDeadlineCountsFromTheSendingOfTheRenewal() {
        machine.on(Event.TICK, at(1_000));

        assertThat(machine.renewed(TTL, at(1_700))).containsExactly(Effect.EXTENDED);

        assertThat(machine.deadlineNanos()).isEqualTo(at(3_970));
        assertThat(machine.nextTickNanos()).isEqualTo(at(2_000));
    }

    @Test
    void theServerMayGrantAnotherTimeNow() {
        machine.on(Event.TICK, at(1_000));

        machine.renewed(Duration.ofSeconds(6), at(1_001));

        assertThat(machine.deadlineNanos()).isEqualTo(at(1_000 + 5_940));
    }

    @Test
    void aShorterTimeDoesNotTakeBackWhatWasPromised() {
        machine.on(Event.TICK, at(1_000));

        assertThat(machine.renewed(Duration.ofSeconds(1), at(1_001))).isEmpty();

        assertThat(machine.deadlineNanos()).isEqualTo(at(2_970));
    }

    @Test
    void theFactorShortensTheDeadlineAndNotTheWait() {
        machine = machine(Proof.REPLY, 0.5);

        assertThat(machine.deadlineNanos()).isEqualTo(at(1_485));
        machine.on(Event.LINK_DOWN, at(10));
        assertThat(machine.nextTickNanos()).isEqualTo(at(3_000));
    }

    @Test
    void anAnswerNobodyWaitsForExtendsNothing() {
        assertThat(machine.renewed(Duration.ofSeconds(60), at(500))).isEmpty();
        assertThat(machine.deadlineNanos()).isEqualTo(at(2_970));
    }

    @Nested
    class WhenTheLinkIsSilent {
        @Test
        void itIsReplacedAThirdLater() {
            machine.on(Event.TICK, at(1_000));

            assertThat(machine.on(Event.TICK, at(2_000))).containsExactly(Effect.DISCONNECTED, Effect.RELINK);

            assertThat(machine.isLive()).isFalse();
        }

        @Test
        void theOldLinksAnswerExtendsNothing() {
            machine.on(Event.TICK, at(1_000));
            machine.on(Event.TICK, at(2_000));

            assertThat(machine.renewed(TTL, at(2_100))).isEmpty();
        }
    }

    @Nested
    class WhenTheLinkGoesDown {
        @Test
        void theSessionIsDisconnectedOnce() {
            assertThat(machine.on(Event.LINK_DOWN, at(100))).containsExactly(Effect.DISCONNECTED);
            assertThat(machine.on(Event.LINK_DOWN, at(200))).isEmpty();
        }

        @Test
        void itIsBackWithTheFirstRenewalByTheNewLink() {
            machine.on(Event.LINK_DOWN, at(100));

            assertThat(machine.on(Event.LINK_UP, at(700))).containsExactly(Effect.RENEW);
            assertThat(machine.isLive()).isFalse();
            assertThat(machine.renewed(TTL, at(800))).containsExactly(Effect.EXTENDED, Effect.RECONNECTED);
            assertThat(machine.deadlineNanos()).isEqualTo(at(700 + 2_970));
        }

        @Test
        void itIsGivenUpWhenTheStoreMustHaveEndedIt() {
            machine.on(Event.LINK_DOWN, at(100));

            assertThat(machine.nextTickNanos()).isEqualTo(at(3_000));
            assertThat(machine.on(Event.TICK, at(2_999))).isEmpty();
            assertThat(machine.on(Event.TICK, at(3_000))).containsExactly(Effect.GIVEN_UP);
            assertThat(machine.on(Event.LINK_UP, at(3_001))).isEmpty();
        }
    }

    @Test
    void aProcessThatWasPausedPastItsTimeTakesNoLateAnswer() {
        machine.on(Event.TICK, at(1_000));

        List<Effect> effects = machine.renewed(TTL, at(9_000));

        assertThat(effects).containsExactly(Effect.GIVEN_UP);
        assertThat(machine.isEnded()).isTrue();
    }

    @Test
    void aLeaseThatIsGoneEndsTheSessionForGood() {
        assertThat(machine.on(Event.GONE, at(10))).containsExactly(Effect.EXPIRED);
        assertThat(machine.on(Event.GONE, at(11))).isEmpty();
        assertThat(machine.on(Event.TICK, at(5_000))).isEmpty();
    }

    @Nested
    class WithConfirmationByTheQuorum {
        WithConfirmationByTheQuorum() {
            machine = machine(Proof.QUORUM, 1.0);
        }

        @Test
        void aRenewalCountsOnceTheLeaseWasFoundThroughTheLeader() {
            machine.on(Event.TICK, at(1_000));

            assertThat(machine.renewed(TTL, at(1_100))).containsExactly(Effect.CONFIRM);
            assertThat(machine.deadlineNanos()).isEqualTo(at(1_200));
            assertThat(machine.on(Event.CONFIRMED, at(1_150))).containsExactly(Effect.EXTENDED);
            assertThat(machine.deadlineNanos()).isEqualTo(at(1_000 + 1_200));
        }

        @Test
        void aConfirmationThatDoesNotComeCostsTheLink() {
            machine.on(Event.TICK, at(1_000));
            machine.renewed(TTL, at(1_100));

            assertThat(machine.on(Event.TICK, at(2_000))).containsExactly(Effect.DISCONNECTED, Effect.RELINK);
        }
    }

    private static LeaseMachine machine(Proof proof, double factor) {
        return new LeaseMachine(TTL, proof, factor, START);
    }

    private static long at(long millis) {
        return START + Duration.ofMillis(millis).toNanos();
    }
}
