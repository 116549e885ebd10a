package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoneClientTest {
    private final LoneClient lone = new LoneClient(3);

    @Test
    void whoAsksAloneForAWhileIsAlone() {
        assertThat(lone.isAlone(1, 7, 0)).isFalse();
        assertThat(lone.isAlone(1, 7, 0)).isFalse();
        assertThat(lone.isAlone(1, 7, 0)).isFalse();

        assertThat(lone.isAlone(1, 7, 0)).isTrue();
        assertThat(lone.isAlone(1, 7, 0)).isTrue();
    }

    @Test
    void oneWhoDoesNotWaitIsNot() {
        becomeAlone();

        assertThat(lone.isAlone(2, 7, 0)).isFalse();
        assertThat(lone.isAlone(1, 7, 0)).isFalse();
        becomeAlone();
    }

    @Test
    void whereOthersAskForSomethingMeanwhileNobodyIs() {
        becomeAlone();

        assertThat(lone.isAlone(1, 7, 2)).isFalse();
        assertThat(lone.isAlone(1, 7, 2)).isFalse();
        assertThat(lone.isAlone(1, 7, 2)).isFalse();
        assertThat(lone.isAlone(1, 7, 2)).isTrue();
    }

    /** On two loops nobody speaks behind another. */
    @Test
    void twoWhoWriteByTurnsAreNot() {
        for (int i = 0; i < 10; i++) {
            assertThat(lone.isAlone(1, i % 2, 0)).isFalse();
        }
    }

    private void becomeAlone() {
        for (int i = 0; i < 3; i++) {
            lone.isAlone(1, 7, 0);
        }
        assertThat(lone.isAlone(1, 7, 0)).isTrue();
    }
}
