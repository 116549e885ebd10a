package baton.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.transport.HttpSite.Query;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestoringSiteTest {
    private static int status(String path, boolean stalled) {
        Query query = new Query("GET", path, Map.of(), Map.of(), new InetSocketAddress(0));
        return new RestoringSite(() -> stalled)
                .answer(query)
                .toCompletableFuture()
                .join()
                .status();
    }

    @Test
    void theServerLivesAsLongAsItGetsOnAndIsNeverReady() {
        assertThat(status("/livez", false)).isEqualTo(200);
        assertThat(status("/livez", true)).isEqualTo(503);
        assertThat(status("/readyz", false)).isEqualTo(503);
    }
}
