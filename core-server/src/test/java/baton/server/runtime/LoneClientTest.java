package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoneClientTest {
    private final LoneClient lone = new LoneClient(3);

    @Test
    void whoAsksAloneForAWhileIsAlone() {
        assertThat(lone.isAlone(1, 0)).isFalse();
        assertThat(lone.isAlone(1, 0)).isFalse();

        assertThat(lone.isAlone(1, 0)).isTrue();
        assertThat(lone.isAlone(1, 0)).isTrue();
    }

    @Test
    void oneWhoDoesNotWaitIsNot() {
        becomeAlone();

        assertThat(lone.isAlone(2, 0)).isFalse();
        assertThat(lone.isAlone(1, 0)).isFalse();
        becomeAlone();
    }

    @Test
    void whereOthersAskForSomethingMeanwhileNobodyIs() {
        becomeAlone();

        assertThat(lone.isAlone(1, 2)).isFalse();
        assertThat(lone.isAlone(1, 2)).isFalse();
        assertThat(lone.isAlone(1, 2)).isFalse();
        assertThat(lone.isAlone(1, 2)).isTrue();
    }

    private void becomeAlone() {
        for (int i = 0; i < 3; i++) {
            lone.isAlone(1, 0);
        }
        assertThat(lone.isAlone(1, 0)).isTrue();
    }
}
