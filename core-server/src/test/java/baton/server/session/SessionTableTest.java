package baton.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Bytes;
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
    void aSessionCannotBeOpenedTwice() {
        table.open(7, 4_000, 0);

        assertThatThrownBy(() -> table.open(7, 4_000, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void idsHaveTheServerInFrontAndTheTimeBehindIt() {
        SessionIds ids = new SessionIds(1, 0xf6253L);

        assertThat(ids.next()).isEqualTo(0x0100000f62530000L);
        assertThat(ids.next()).isEqualTo(0x0100000f62530001L);
        assertThat(new SessionIds(3, 0xab_1234567890L).next()).isEqualTo(0x0312345678900000L);
        assertThat(new SessionIds(0, 0).next()).isEqualTo(1);
        assertThat(new SessionIds(128, 0).next()).isEqualTo(0x8000000000000001L);
        assertThatThrownBy(() -> new SessionIds(255, 0)).hasMessageContaining("serverId=255");
    }

    @Test
    void classicPasswordsAreThoseOfTheReferenceImplementation() {
        assertThat(SessionPasswords.classic(0x0100000f62530000L))
                .isEqualTo(Bytes.hex("6f0d4757d0a33b70656b526a99c0527e"));
        assertThat(SessionPasswords.classic(0x0100000f62530022L))
                .isEqualTo(Bytes.hex("aced96568f80668222446c8066c9ba86"));
    }
}
