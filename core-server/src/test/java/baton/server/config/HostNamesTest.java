package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HostNamesTest {
    private static final ListenAddress WANTED = new ListenAddress("zoo1", 2181);

    @Test
    void aHostIsLookedUpOnceForAllItsPorts() {
        AtomicInteger asked = new AtomicInteger();
        InetAddress there = InetAddress.getLoopbackAddress();
        HostNames names = new HostNames(
                host -> {
                    asked.incrementAndGet();
                    return there;
                },
                10_000);

        assertThat(names.find(WANTED)).isEqualTo(names.find(WANTED.withPort(2281)));
        assertThat(names.find(WANTED)).isEqualTo(new HostNames.Place(Optional.of(there), ""));
        assertThat(asked).hasValue(1);
    }

    @Test
    void anAddressIsNotLookedUp() {
        HostNames names = new HostNames(
                host -> {
                    throw new UnknownHostException(host);
                },
                10_000);

        for (String each : List.of("127.0.0.1", "192.0.2.255", "::1", "fe80::1", "::ffff:192.0.2.1", "")) {
            assertThat(names.find(new ListenAddress(each, 2181)).address())
                    .as(each)
                    .isPresent();
        }
        for (String each : List.of("zoo1", "zoo1:2181", "1.2.3.256", "1.2.3.4.example", "a.b.c.d")) {
            assertThat(names.find(new ListenAddress(each, 2181)).address())
                    .as(each)
                    .isEmpty();
        }
    }

    @Test
    void aHostNobodyKnowsIsNowhere() {
        HostNames names = new HostNames(
                host -> {
                    throw new UnknownHostException(host);
                },
                10_000);

        assertThat(names.find(WANTED))
                .isEqualTo(new HostNames.Place(Optional.empty(), "has a host that nobody knows here"));
    }

    @Test
    void hostsThatDoNotAnswerHoldUpNoOtherNorTheEndOfTheProcess() {
        CountDownLatch never = new CountDownLatch(1);
        Map<String, Boolean> daemons = new ConcurrentHashMap<>();
        HostNames names = new HostNames(
                host -> {
                    daemons.put(host, Thread.currentThread().isDaemon());
                    await(never);
                    throw new UnknownHostException(host);
                },
                10);
        int manyHosts = Runtime.getRuntime().availableProcessors() + 2;

        for (int i = 0; i < manyHosts; i++) {
            names.find(new ListenAddress("zoo" + i, 2181));
        }

        Awaitility.await()
                .untilAsserted(() -> assertThat(daemons).hasSize(manyHosts).doesNotContainValue(false));
        never.countDown();
    }

    /** One after the other would take longer than a test may. */
    @Test
    void allThatWereBegunAreWaitedForOnce() {
        CountDownLatch never = new CountDownLatch(1);
        HostNames names = new HostNames(
                host -> {
                    await(never);
                    throw new UnknownHostException(host);
                },
                400);
        List<ListenAddress> wanted = wanted(60);

        wanted.forEach(names::begin);

        assertThat(wanted)
                .allSatisfy(each -> assertThat(names.find(each).address()).isEmpty());
        never.countDown();
    }

    @Test
    void onlySoManyAreLookedUpAtATime() {
        InetAddress there = InetAddress.getLoopbackAddress();
        CyclicBarrier crowd = new CyclicBarrier(16);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        HostNames names = new HostNames(
                host -> {
                    most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                    meet(crowd);
                    underWay.decrementAndGet();
                    return there;
                },
                10_000);
        List<ListenAddress> wanted = wanted(64);

        wanted.forEach(names::begin);

        assertThat(wanted)
                .allSatisfy(each -> assertThat(names.find(each).address()).isPresent());
        assertThat(most).hasValue(16);
    }

    @Test
    void nobodyIsWaitedForForEver() {
        CountDownLatch never = new CountDownLatch(1);
        HostNames names = new HostNames(
                host -> {
                    await(never);
                    throw new UnknownHostException(host);
                },
                10);

        assertThat(names.find(WANTED).trouble())
                .isEqualTo("has a host that was not found within 10 ms: a start would wait for it");
        never.countDown();
    }

    private static List<ListenAddress> wanted(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new ListenAddress("zoo" + i, 2181))
                .toList();
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
