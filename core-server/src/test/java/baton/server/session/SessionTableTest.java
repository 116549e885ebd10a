package baton.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Bytes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionTableTest {
    private final SessionTable table = new SessionTable(2_000);

    @Test
    void aSilentSessionExpiresAtTheEndOfItsBucket() {
        Session session = table.open(7, 4_000, 1_500);

        assertThat(table.nextDueAtMillis()).isEqualTo(6_000);
        assertThat(table.expire(5_999)).isEmpty();
        assertThat(table.expire(6_000)).containsExactly(session);
        assertThat(session.isClosing()).isTrue();
        assertThat(table.expire(60_000)).isEmpty();
    }

    @Test
    void hearingOfASessionMovesItsEnd() {
        Session session = table.open(7, 4_000, 0);

        session.heard(5_000);

        assertThat(table.expire(6_000)).isEmpty();
        assertThat(table.nextDueAtMillis()).isEqualTo(10_000);
        assertThat(table.expire(10_000)).containsExactly(session);
    }

    @Test
    void takingASessionUpAgainGrantsAnotherTimeoutButTheOldOneIsStored() {
        Session session = table.open(7, 4_000, 0);

        table.renew(session, 20_000, 1_000);

        assertThat(table.expire(10_000)).isEmpty();
        assertThat(session.timeoutMillis()).isEqualTo(20_000);
        assertThat(table.timeoutsMillis()).isEqualTo(Map.of(7L, 4_000));
    }

    @Test
    void restoredSessionsHaveTheirWholeTimeFromTheStart() {
        table.restore(7, 4_000);
        table.restore(7, 6_000);
        table.restore(8, 4_000);
        table.remove(8);

        table.start(100_000);

        assertThat(table.size()).isEqualTo(1);
        assertThat(table.expire(107_999)).isEmpty();
        assertThat(table.expire(108_000)).hasSize(1);
    }

    @Test
    void aClosingSessionIsFoundButNotOpen() {
        Session session = table.open(7, 4_000, 0);

        table.beginClosing(session);
        session.heard(1);

        assertThat(table.find(7)).isSameAs(session);
        assertThat(table.findOpen(7)).isNull();
        assertThat(table.expire(1_000_000)).isEmpty();
        assertThat(table.nextDueAtMillis()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void onlySessionsWhoseTimeHasComeCountAsExpired() {
        Session closed = table.open(7, 4_000, 0);
        table.open(8, 4_000, 0);
        table.open(9, 4_000, 0);
        table.beginClosing(closed);

        table.expire(60_000);

        assertThat(table.expiredCount()).isEqualTo(2);
    }

    @Test
    void aSessionThatWasRemovedDoesNotComeBackByClosingIt() {
        Session session = table.open(7, 4_000, 0);
        table.remove(7);

        table.beginClosing(session);

        assertThat(session.isClosing()).isTrue();
        assertThat(table.timeoutsMillis()).isEmpty();
    }

    @Test
    void aSessionCannotBeOpenedTwice() {
        table.open(7, 4_000, 0);

        assertThatThrownBy(() -> table.open(7, 4_000, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timeInWhichNobodyCouldBeHeardDoesNotCount() {
        Session silent = table.open(7, 4_000, 1_000);
        Session heardMeanwhile = table.open(8, 4_000, 1_000);
        heardMeanwhile.heard(9_000);

        table.excuse(6_000, 10_000);

        // 1 000 + 4 000 + 6 000, and 9 000 + 4 000 + the second that had passed since then.
        assertThat(table.expire(11_999)).isEmpty();
        assertThat(table.expire(12_000)).containsExactly(silent);
        assertThat(table.expire(15_999)).isEmpty();
        assertThat(table.expire(16_000)).containsExactly(heardMeanwhile);
    }

    @Test
    void aSessionThatIsTakenUpAgainNeedsNoExcuse() {
        Session session = table.open(7, 40_000, 0);
        table.excuse(10_000, 20_000);

        table.renew(session, 4_000, 21_000);

        assertThat(table.expire(26_000)).containsExactly(session);
    }

    @Test
    void standstillsAddUp() {
        Session session = table.open(7, 4_000, 0);

        table.excuse(5_000, 5_000);
        table.excuse(5_000, 10_000);

        assertThat(table.expire(14_000)).isEmpty();
        assertThat(table.expire(16_000)).containsExactly(session);
    }

    @Test
    void theLargestNumberOfEachServerIsKnownThoughTheSessionIsGone() {
        table.restore(0x0100_0000_0000_0009L, 4_000);
        table.remove(0x0100_0000_0000_0009L);
        table.restore(0x0100_0000_0000_0005L, 4_000);
        table.restore(0xf3ff_ffff_ffff_fff0L, 4_000);

        assertThat(table.largestRestored(1)).isEqualTo(9);
        assertThat(table.largestRestored(0xf3)).isEqualTo(0xff_ffff_ffff_fff0L);
        assertThat(table.largestRestored(2)).isEqualTo(-1);
    }

    @Test
    void idsHaveTheServerInFrontAndTheTimeBehindIt() {
        SessionIds ids = new SessionIds(1, SessionIds.numberAt(0xf6253L));

        assertThat(ids.next()).isEqualTo(0x0100000f62530000L);
        assertThat(ids.next()).isEqualTo(0x0100000f62530001L);
        assertThat(new SessionIds(3, SessionIds.numberAt(0xab_1234567890L)).next())
                .isEqualTo(0x0312345678900000L);
        assertThat(new SessionIds(0, 0).next()).isEqualTo(1);
        assertThat(new SessionIds(128, 0).next()).isEqualTo(0x8000000000000001L);
        assertThatThrownBy(() -> new SessionIds(255, 0)).hasMessageContaining("serverId=255");
    }

    @Test
    void behindTheLastIdOfAServerComesItsFirst() {
        SessionIds ids = new SessionIds(1, 0xff_ffff_ffff_ffffL);

        assertThat(ids.next()).isEqualTo(0x01ff_ffff_ffff_ffffL);
        assertThat(ids.next()).isEqualTo(0x0100_0000_0000_0000L);
    }

    @Test
    void classicPasswordsAreThoseOfTheReferenceImplementation() {
        assertThat(SessionPasswords.classic(0x0100000f62530000L))
                .isEqualTo(Bytes.hex("6f0d4757d0a33b70656b526a99c0527e"));
        assertThat(SessionPasswords.classic(0x0100000f62530022L))
                .isEqualTo(Bytes.hex("aced96568f80668222446c8066c9ba86"));
    }

    @Test
    void sessionsLeaveTheLineInWhichTheyStandAndTheOthersStayInOrder() {
        for (long id = 1; id <= 5; id++) {
            table.open(id, 4_000, 0);
        }
        Session closed = table.find(3);
        table.beginClosing(closed);
        table.remove(1);
        table.renew(table.find(2), 4_000, 3_000);

        assertThat(table.idsByDueMillis()).isEqualTo(Map.of(6_000L, List.of(4L, 5L), 8_000L, List.of(2L)));
        assertThat(table.timeoutsMillis().keySet()).containsExactly(4L, 5L, 2L, 3L);

        table.remove(3);
        table.remove(5);
        table.remove(4);

        assertThat(table.nextDueAtMillis()).isEqualTo(8_000);
        assertThat(table.timeoutsMillis().keySet()).containsExactly(2L);
    }

    @Test
    void everyOpenSessionIsExcused() {
        Session first = table.open(1, 4_000, 0);
        Session second = table.open(2, 20_000, 0);
        table.beginClosing(table.open(3, 4_000, 0));

        table.excuse(4_000, 4_000);

        assertThat(table.expire(9_999)).isEmpty();
        assertThat(table.expire(10_000)).containsExactly(first);
        assertThat(table.expire(26_000)).containsExactly(second);
    }
}
