package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HostNamesTest {
    private static final ListenAddress WANTED = new ListenAddress("zoo1", 2181);

    @Test
    void aHostIsLookedUpOnce() {
        AtomicInteger asked = new AtomicInteger();
        InetSocketAddress there = new InetSocketAddress("127.0.0.1", 2181);
        HostNames names = new HostNames(
                address -> {
                    asked.incrementAndGet();
                    return there;
                },
                10_000);

        assertThat(names.find(WANTED)).isEqualTo(names.find(WANTED));
        assertThat(names.find(WANTED)).isEqualTo(new HostNames.Place(Optional.of(there), ""));
        assertThat(asked).hasValue(1);
    }

    @Test
    void aHostNobodyKnowsIsNowhere() {
        HostNames names = new HostNames(
                address -> {
                    throw new UnknownHostException(address.host());
                },
                10_000);

        assertThat(names.find(WANTED))
                .isEqualTo(new HostNames.Place(Optional.empty(), "has a host that nobody knows here"));
    }

    @Test
    void nobodyIsWaitedForForEver() {
        CountDownLatch never = new CountDownLatch(1);
        HostNames names = new HostNames(
                address -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    throw new UnknownHostException(address.host());
                },
                10);

        assertThat(names.find(WANTED).trouble())
                .isEqualTo("has a host that was not found within 10 ms: a start would wait for it");
        never.countDown();
    }
}
