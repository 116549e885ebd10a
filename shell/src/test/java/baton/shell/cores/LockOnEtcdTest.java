package baton.shell.cores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.EtcdCluster;
import baton.core.testkit.EtcdServer;
import baton.core.testkit.JavaProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Many processes on one lock over three members of etcd, the holder killed every ten seconds and a member every thirty.
 *
 * <p>Takes {@code soak.seconds}, five minutes unless said otherwise:
 *
 * <pre>
 * mvn -Dsoak -pl shell -am test -Dtest=LockOnEtcdTest -Dsurefire.failIfNoSpecifiedTests=false -Dsoak.seconds=60
 * </pre>
 */
@Tag("soak")
class LockOnEtcdTest {
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("soak.seconds", 300));
    private static final int PROCESSES = 20;
    private static final int MEMBERS = 3;
    private static final int HOLDER_KILL_SECONDS = 10;
    private static final int MEMBER_KILL_SECONDS = 30;
    private static final int MEMBER_AWAY_SECONDS = 5;
    /** Twenty starts at once on a small machine. */
    private static final Duration START_WAIT_MAX = Duration.ofMinutes(3);
    /** A session of four seconds has to end, and a member may be away meanwhile. */
    private static final Duration TAKEOVER_WAIT_MAX = Duration.ofSeconds(30);

    private final Map<Long, JavaProcess> contenders = new ConcurrentHashMap<>();
    private final ScheduledExecutorService script = Executors.newScheduledThreadPool(3);
    private final CompletableFuture<Void> trouble = new CompletableFuture<>();
    private final AtomicInteger holdersKilled = new AtomicInteger();
    private final AtomicInteger membersKilled = new AtomicInteger();
    private EtcdCluster cluster;
    private TokenLedger ledger;

    @BeforeEach
    void start() throws IOException {
        EtcdServer.assumeInstalled();
        cluster = EtcdCluster.start(MEMBERS);
        ledger = new TokenLedger();
        for (int process = 0; process < PROCESSES; process++) {
            startContender();
        }
        contenders.values().forEach(each -> each.awaitLine(Contender.READY, START_WAIT_MAX));
    }

    @AfterEach
    void stop() throws InterruptedException {
        script.shutdownNow();
        assertThat(script.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        contenders.values().forEach(JavaProcess::close);
        if (cluster != null) {
            ledger.close();
            cluster.close();
        }
    }

    @Test
    void aLedgerThatChecksTokensNeverSeesTwoHolders() throws InterruptedException, ExecutionException {
        every(HOLDER_KILL_SECONDS, this::killHolder);
        every(MEMBER_KILL_SECONDS, this::killMember);

        try {
            trouble.get(LENGTH.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException allWentWell) {
            // As long as it was to last.
        }

        TokenLedger.Sight sight = ledger.sight();
        System.out.printf("%s in %s, %s holders and %s members killed%n", sight, LENGTH, holdersKilled, membersKilled);
        assertThat(sight.twoHolders()).isEmpty();
        assertThat(sight.holders()).as("every process had its turn").isGreaterThanOrEqualTo(PROCESSES);
        assertThat(sight.grants()).as("one a second at least").isGreaterThan((int) LENGTH.toSeconds());
        assertThat(contenders.values()).allMatch(JavaProcess::isAlive);
        assertThat(holdersKilled.get()).isGreaterThanOrEqualTo((int) LENGTH.toSeconds() / (2 * HOLDER_KILL_SECONDS));
    }

    private void every(int seconds, Runnable act) {
        script.scheduleAtFixedRate(() -> orTrouble(act), seconds, seconds, TimeUnit.SECONDS);
    }

    private void orTrouble(Runnable act) {
        try {
            act.run();
        } catch (RuntimeException | AssertionError failed) {
            if (!script.isShutdown()) {
                trouble.completeExceptionally(failed);
            }
        }
    }

    private void startContender() {
        JavaProcess started = JavaProcess.of(Contender.class.getName())
                .jvmOptions("-Xmx64m", "-Xss512k", "-Dbaton.log.level=WARN")
                .arguments(cluster.connectString(), "/soak/lock", Integer.toString(ledger.port()))
                .start();
        contenders.put(started.pid(), started);
    }

    private void killHolder() {
        TokenLedger.Frozen holder = ledger.freezeHolder()
                .orTimeout(TAKEOVER_WAIT_MAX.toSeconds(), TimeUnit.SECONDS)
                .join();
        contenders.remove(holder.pid()).close();
        holdersKilled.incrementAndGet();
        startContender();
        await("another holder than the killed one")
                .atMost(TAKEOVER_WAIT_MAX)
                .until(() -> ledger.greatest() > holder.token());
    }

    /** One after the other, so that the leader is among them. */
    private void killMember() {
        EtcdServer member = cluster.members().get(membersKilled.getAndIncrement() % MEMBERS);
        member.kill();
        script.schedule(() -> orTrouble(member::startAgain), MEMBER_AWAY_SECONDS, TimeUnit.SECONDS);
    }
}
