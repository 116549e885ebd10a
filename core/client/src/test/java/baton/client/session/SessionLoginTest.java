package baton.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.Response;
import org.junit.jupiter.api.Test;

/** A session that logs in before it does anything else. The login counts, and takes a challenge for "go on". */
class SessionLoginTest {
    private static final Request.Auth IDENTITY = new Request.Auth(0, "digest", Bytes.utf8("u:p"));

    private int logins;

    @Test
    void itIsAttachedWhenBothSidesHaveSaidAll() {
        Dialogue dialogue = new Dialogue(Dialogue.settings().build(), Counting::new);
        dialogue.connectAndGrant();
        dialogue.submit("early", new Request.Exists("/", false));

        assertThat(dialogue.effects(Effect.Complete.class))
                .containsExactly(new Effect.Complete("early", Outcome.Lost.NOT_SENT));
        dialogue.answer(0, new Response.SaslToken(Bytes.utf8("go on")));
        assertThat(dialogue.effects(Effect.Attached.class)).isEmpty();
        assertThat(dialogue.next().request()).isEqualTo(new Request.Sasl(Bytes.utf8("1")));
    }

    @Test
    void identitiesFollowTheLogin() {
        Dialogue dialogue = new Dialogue(Dialogue.settings().auth(IDENTITY).build(), Counting::new);
        dialogue.connectAndGrant();
        dialogue.answer(0, new Response.SaslToken(Bytes.utf8("go on")));

        dialogue.answer(0, new Response.SaslToken(null));

        assertThat(dialogue.effects(Effect.Attached.class)).isEmpty();
        assertThat(dialogue.next().request()).isEqualTo(IDENTITY);
    }

    @Test
    void everyConnectionLogsInAnew() {
        Dialogue dialogue = new Dialogue(Dialogue.settings().build(), Counting::new);
        logIn(dialogue);
        assertThat(dialogue.effects(Effect.Attached.class)).hasSize(1);

        dialogue.lose();
        dialogue.passMillis(2_000);
        logIn(dialogue);

        assertThat(dialogue.effects(Effect.Attached.class)).hasSize(1);
        assertThat(logins).isEqualTo(2);
    }

    @Test
    void aRefusalEndsTheSession() {
        Dialogue refused = new Dialogue(Dialogue.settings().build(), Counting::new);
        refused.connectAndGrant();
        refused.refuse(0, ErrorCode.AUTH_FAILED);
        Dialogue deceived = new Dialogue(Dialogue.settings().build(), Counting::new);
        deceived.connectAndGrant();
        deceived.answer(0, new Response.SaslToken(Bytes.utf8("nonsense")));

        assertThat(refused.effects(Effect.Ended.class))
                .containsExactly(
                        new Effect.Ended(SessionEnd.NOT_AUTHENTICATED, "the store refused the login by SASL", false));
        assertThat(deceived.effects(Effect.Ended.class))
                .containsExactly(new Effect.Ended(SessionEnd.NOT_AUTHENTICATED, "login by SASL: nonsense", false));
    }

    private static void logIn(Dialogue dialogue) {
        dialogue.connectAndGrant();
        dialogue.answer(0, new Response.SaslToken(Bytes.utf8("go on")));
        dialogue.answer(0, new Response.SaslToken(null));
    }

    private final class Counting implements SaslLogin {
        private int answers;

        Counting() {
            logins++;
        }

        @Override
        public Bytes first() {
            return Bytes.EMPTY;
        }

        @Override
        public Bytes answer(Bytes challenge) {
            if (challenge.utf8().equals("nonsense")) {
                throw new RefusedException("nonsense", new IllegalArgumentException());
            }
            answers++;
            return Bytes.utf8(Integer.toString(answers));
        }

        @Override
        public boolean isComplete() {
            return answers == 2;
        }
    }
}
