package baton.client;

import static org.assertj.core.api.Assertions.assertThat;

import baton.client.session.Outcome;
import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;
import org.junit.jupiter.api.Test;

class RefusalsTest {
    @Test
    void aSessionThatEndedForWantOfAnIdentitySaysSo() {
        CoordinationException refused = Refusals.exception(Outcome.Lost.NOT_AUTHENTICATED, NodePath.of("/a"));

        assertThat(refused.code()).isEqualTo(CoreError.SESSION_ENDED);
        assertThat(refused)
                .hasMessage(
                        "the session is over, about /a: the store refused the identity of this client, or demands one");
    }
}
