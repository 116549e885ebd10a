package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.testkit.EtcdServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both kinds do what is measured of them. */
class RivalTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final int PATIENCE_SECONDS = 20;

    @BeforeEach
    void etcd() {
        EtcdServer.assumeInstalled();
    }

    @Test
    void bothLockAndSucceedEachOther(@TempDir Path directory) throws Exception {
        try (EtcdTarget etcd = EtcdTarget.start(directory);
                Rival ours = new RecipeRival(etcd.port(), LEASE).connected();
                Rival ourNext = new RecipeRival(etcd.port(), LEASE).connected();
                Rival theirs = new ServiceRival(etcd.port(), LEASE);
                Rival theirNext = new ServiceRival(etcd.port(), LEASE)) {
            locksTwice(ours);
            locksTwice(theirs);
            succeeds(etcd, "/ours", ours, ourNext);
            succeeds(etcd, "/theirs", theirs, theirNext);
        }
    }

    private static void locksTwice(Rival rival) throws Exception {
        for (int time = 0; time < 2; time++) {
            rival.lock("/lock");
            rival.unlock();
        }
    }

    private static void succeeds(EtcdTarget etcd, String path, Rival leader, Rival next) throws Exception {
        leader.lead(path).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        CompletableFuture<Void> succeeded = next.lead(path);
        etcd.awaitKeysBelow(path, 2);
        assertThat(succeeded).isNotDone();

        leader.resign();

        succeeded.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
