package baton.recipes.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.core.testkit.FaultProxy;
import baton.core.testkit.JavaProcess;
import baton.recipes.CoordinationClient;
import baton.recipes.Grant;
import baton.recipes.LossReason;
import baton.recipes.RevocationRequest;
import baton.recipes.Revoker;
import baton.recipes.latch.LeaderLatch;
import baton.recipes.latch.LeaderLatchListener;
import baton.recipes.latch.Leadership;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What latch and lock promise when processes are killed and paused and links are cut, for real. The embedded core is the
 * same server and the same client in one process; the simulations cover what is left.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("baton.recipes.acceptance.RealCore#overTheNetwork")
class LatchAndLockRealTest extends OnRealCore {
    /** A grant and the first moment at which it was certainly there. */
    private record Granted(Grant grant, long atNanos) {
        static CompletableFuture<Granted> of(CompletionStage<? extends Grant> coming) {
            return coming.<Granted>thenApply(grant -> new Granted(grant, System.nanoTime()))
                    .toCompletableFuture();
        }
    }

    @Test
    void aKilledHolderIsSucceededInTimeWithALargerToken() throws Exception {
        JavaProcess holder = participant("holder", "/killed");
        Map<String, Long> tokens = tokensOf(holder);
        Map<String, CompletableFuture<Granted>> successors = successors("/killed");

        long killedAtNanos = System.nanoTime();
        holder.kill();

        for (String recipe : tokens.keySet()) {
            Granted granted = get(successors.get(recipe));
            assertThat(granted.grant().token().value()).as(recipe).isGreaterThan(tokens.get(recipe));
            assertThat(granted.atNanos() - killedAtNanos)
                    .as(recipe)
                    .isBetween(0L, noticedMax().toNanos());
        }
    }

    @Test
    void aPausedHolderFindsItsGrantInvalidAtTheFirstCallAndItsWritesRefused() throws Exception {
        JavaProcess paused = participant("holder", "/paused");
        Map<String, Long> tokens = tokensOf(paused);
        Map<String, CompletableFuture<Granted>> successors = successors("/paused");

        paused.pause();
        long pausedAtNanos = System.nanoTime();
        for (String recipe : tokens.keySet()) {
            assertThat(get(successors.get(recipe)).grant().token().value())
                    .as(recipe)
                    .isGreaterThan(tokens.get(recipe));
        }
        Awaitility.await().until(() -> System.nanoTime() - pausedAtNanos > 2 * TIMEOUT.toNanos());
        long resumedAtNanos = System.nanoTime();
        paused.resume();

        for (String recipe : tokens.keySet()) {
            long noticedAtNanos = Long.parseLong(word(paused, "invalid " + recipe));
            assertThat(word(paused, "late write of " + recipe)).isEqualTo("refused");
            assertThat(noticedAtNanos - resumedAtNanos)
                    .as("first look at %s after the pause", recipe)
                    .isBetween(0L, TimeUnit.SECONDS.toNanos(1));
        }
    }

    @Test
    void aCutShorterThanTheLeaseChangesNothing() throws Exception {
        FaultProxy proxy = proxy();
        LeaderLatch latch = latch(client(proxy, LONG), "/cut");
        Leadership leadership = latch.await();
        List<String> calls = listenTo(latch);

        for (int cut = 0; cut < 3; cut++) {
            proxy.cutOnce();
            assertThat(get(leadership.verify())).isTrue();
        }

        assertThat(leadership.isValid()).isTrue();
        assertThat(calls).doesNotContain("isLeader", "notLeader");
    }

    @Test
    void aCutHolderIsInvalidBeforeItsSuccessorIsValid() throws Exception {
        FaultProxy proxy = proxy();
        LockGrant cutOff = get(new InterProcessMutex(client(proxy, TIMEOUT), "/stalled").acquireAsync());
        CompletableFuture<LockGrant> next = new InterProcessMutex(client(), "/stalled").acquireAsync();

        proxy.stall();
        LockGrant successor = get(next);

        assertThat(cutOff.isValid()).isFalse();
        assertThat(successor.isValid()).isTrue();
        assertThat(successor.token()).isGreaterThan(cutOff.token());
        assertThat(get(cutOff.lost())).isIn(LossReason.LEASE_EXPIRED, LossReason.SESSION_LOST);
    }

    @Test
    void aReleasedLockWithALockDelayIsGivenOnAtOnce() throws Exception {
        LockGrant first = get(delayed(client()).acquireAsync());
        CompletableFuture<LockGrant> next = delayed(client()).acquireAsync();

        first.close();

        assertThat(get(next).token()).isGreaterThan(first.token());
    }

    private static InterProcessMutex delayed(CoordinationClient client) {
        Duration longerThanAnyWait = LONG.multipliedBy(2);
        return InterProcessMutex.builder(client, "/delayed")
                .lockDelay(longerThanAnyWait)
                .build();
    }

    @Test
    void aHolderIsAskedToLetGoAndThenItIsTakenAway() throws Exception {
        InterProcessMutex mutex = new InterProcessMutex(client(), "/revoked");
        LockGrant grant = get(mutex.acquireAsync());
        CompletableFuture<RevocationRequest> heard = new CompletableFuture<>();
        mutex.makeRevocable((held, request) -> heard.complete(request));
        CoordinationClient other = client();
        CompletableFuture<LockGrant> next = new InterProcessMutex(other, "/revoked").acquireAsync();
        String ticket = grant.ticketPath().toString();

        assertThat(get(Revoker.attemptRevoke(other, ticket, "test"))).isTrue();
        assertThat(get(heard).reason()).isEqualTo("test");
        assertThat(get(grant.verify())).isTrue();
        assertThat(get(Revoker.forceRevoke(other, ticket))).isTrue();

        assertThat(get(grant.lost())).isEqualTo(LossReason.NODE_DELETED);
        assertThat(get(next).token()).isGreaterThan(grant.token());
    }

    @Test
    void aRequestLeavesTheTicketToTheHoldersSession() throws Exception {
        JavaProcess holder = participant("holder", "/asked");
        tokensOf(holder);
        CoordinationClient other = client();
        InterProcessMutex mutex = new InterProcessMutex(other, "/asked/lock");
        String ticket = mutex.getParticipantNodes().iterator().next();

        assertThat(get(Revoker.attemptRevoke(other, ticket, "test"))).isTrue();
        assertThat(mutex.currentHolder().orElseThrow().clientId()).isEqualTo(ParticipantProcess.ID);
        holder.kill();

        assertThat(mutex.acquire(LONG)).isTrue();
        mutex.release();
    }

    @Test
    void processesOfBatonAndOfCuratorKeepEachOtherOut(@TempDir Path directory) throws Exception {
        contendWithCurator(2, Duration.ofSeconds(1), directory);
    }

    @Test
    @Tag("soak") // five minutes a core, or soak.seconds
    @Timeout(900)
    void processesOfBatonAndOfCuratorKeepEachOtherOutForLong(@TempDir Path directory) throws Exception {
        contendWithCurator(5, Duration.ofSeconds(Long.getLong("soak.seconds", 300)), directory);
    }

    /** So many processes of each. */
    private void contendWithCurator(int each, Duration length, Path directory) throws Exception {
        assumeTrue(kind.hasZnodes(), "Curator knows znodes only");
        Path number = Files.writeString(directory.resolve("number"), "0");
        Path stop = directory.resolve("stop");
        List<JavaProcess> processes = new ArrayList<>();
        for (int at = 0; at < each; at++) {
            for (CountingProcess.Lock lock : CountingProcess.Lock.values()) {
                processes.add(closing(JavaProcess.of(CountingProcess.class.getName())
                        .jvmOptions("-Xmx64m")
                        .arguments(
                                lock.name(),
                                store().connectString(),
                                "/counted-by-" + each,
                                number.toString(),
                                stop.toString())
                        .start()));
            }
        }
        processes.forEach(process -> process.awaitLine("counting", LONG));
        long begunNanos = System.nanoTime();
        Awaitility.await()
                .atMost(length.plus(LONG))
                .until(() -> System.nanoTime() - begunNanos > length.toNanos()
                        || !processes.stream().allMatch(JavaProcess::isAlive));
        Files.createFile(stop);

        long counted = 0;
        for (JavaProcess process : processes) {
            counted += Long.parseLong(word(process, "counted"));
        }
        System.out.printf("%d times in %s by %d processes of each on %s%n", counted, length, each, kind);
        // Nothing but the lock orders the processes.
        assertThat(Files.readString(number)).isEqualTo(Long.toString(counted));
    }

    private static Map<String, Long> tokensOf(JavaProcess holder) {
        return Map.of(
                "latch", Long.parseLong(word(holder, "granted latch")),
                "lock", Long.parseLong(word(holder, "granted lock")));
    }

    private Map<String, CompletableFuture<Granted>> successors(String path) {
        CoordinationClient client = client();
        return Map.of(
                "latch", Granted.of(latch(client, path + "/latch").nextLeadership()),
                "lock", Granted.of(new InterProcessMutex(client, path + "/lock").acquireAsync()));
    }

    /** What the process printed behind {@code said}. */
    private static String word(JavaProcess process, String said) {
        return process.awaitLine(said, LONG).substring(said.length() + 1);
    }

    private static List<String> listenTo(LeaderLatch latch) {
        List<String> calls = new CopyOnWriteArrayList<>();
        latch.addListener(new LeaderLatchListener() {
            @Override
            public void isLeader(Leadership leadership) {
                calls.add("isLeader");
            }

            @Override
            public void notLeader(LossReason reason) {
                calls.add("notLeader");
            }
        });
        return calls;
    }

    private LeaderLatch latch(CoordinationClient client, String path) {
        return closing(new LeaderLatch(client, path, "test").start());
    }
}
