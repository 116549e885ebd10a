package baton.client.session;

import static baton.client.session.Dialogue.PASSWORD;
import static baton.client.session.Dialogue.SESSION;
import static baton.client.session.Dialogue.TIMEOUT_MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.ConnectRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that let clients read while they have no quorum, and a client that puts up with that. */
class WithoutQuorumTest {
    private static final long LOCAL = 0x200000000000009L;

    private final Dialogue dialogue =
            new Dialogue(Dialogue.settings().servers("a", "b").readOnlyWillDo().build());

    @BeforeEach
    void dial() {
        dialogue.on(new Event.Start());
    }

    @Test
    void aServerWithAQuorumIsLookedForFirst() {
        dialogue.connect();
        assertThat(dialogue.greeted())
                .isEqualTo(new ConnectRequest(0, TIMEOUT_MILLIS, 0, ConnectRequest.NO_PASSWORD, true));

        dialogue.grantReadOnly(LOCAL);
        assertThat(dialogue.effects(Effect.Attached.class)).isEmpty();
        dialogue.passMillis(0);
        dialogue.connectAndGrant();

        assertThat(dialogue.effects(Effect.Attached.class))
                .containsExactly(new Effect.Attached(new Credentials(SESSION, PASSWORD), TIMEOUT_MILLIS, true, false));
    }

    @Test
    void ifThereIsNoneAnyServerWillDo() {
        refusedByTheFirst();

        dialogue.connect();
        dialogue.grantReadOnly(LOCAL);

        assertThat(dialogue.effects(Effect.Attached.class))
                .containsExactly(new Effect.Attached(new Credentials(LOCAL, PASSWORD), TIMEOUT_MILLIS, true, true));
    }

    @Test
    void theSessionEndsWithItsConnection() {
        refusedByTheFirst();
        dialogue.connect();
        dialogue.grantReadOnly(LOCAL);

        dialogue.lose();

        assertThat(dialogue.effects)
                .containsExactly(
                        new Effect.Ended(
                                SessionEnd.EXPIRED, "only its server knew it, which had no quorum: cut", false),
                        new Effect.HangUp(2),
                        new Effect.Finished());
    }

    @Test
    void whatTheOthersKnowTooOutlivesItsConnection() {
        dialogue.connectAndGrant();
        refusedByTheFirst();
        dialogue.connect();
        dialogue.grantReadOnly(SESSION);
        assertThat(dialogue.effects(Effect.Attached.class))
                .containsExactly(new Effect.Attached(new Credentials(SESSION, PASSWORD), TIMEOUT_MILLIS, false, true));

        dialogue.lose();

        assertThat(dialogue.effects(Effect.Ended.class)).isEmpty();
        dialogue.passMillis(TIMEOUT_MILLIS / 10);
        dialogue.connect();
        assertThat(dialogue.greeted().sessionId()).isEqualTo(SESSION);
    }

    private void refusedByTheFirst() {
        dialogue.lose();
        dialogue.passMillis(0);
    }
}
