package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;

import baton.client.ZnodeCore;
import baton.embedded.EmbeddedCore;
import org.junit.jupiter.api.Test;

class TaskFlowTest {
    private static final int TASKS = 50;

    @Test
    void bothQueuesBringEveryTaskToItsEnd() throws Exception {
        try (EmbeddedCore store = EmbeddedCore.inMemory();
                TaskFlow ours = new BatonFlow(() -> ZnodeCore.connect(store.connectString()), "/ours", 2);
                TaskFlow theirs = new CuratorFlow(store.connectString(), "/theirs", 2)) {
            assertThat(ours.run(TASKS)).isPositive();
            assertThat(theirs.run(TASKS)).isPositive();
        }
    }
}
