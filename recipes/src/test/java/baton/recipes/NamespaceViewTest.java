package baton.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.sim.SimulatedStore;
import baton.recipes.lock.InterProcessMutex;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One client under two namespaces: one session, two places. */
class NamespaceViewTest {
    private SimulatedStore store;
    private CoordinationClient orders;

    @BeforeEach
    void open() throws Exception {
        store = SimulatedStore.inProcess();
        orders = CoordinationClient.builder(store.core("one"))
                .namespace("/orders")
                .clientId("one")
                .build()
                .start();
        assertThat(orders.blockUntilConnected(Duration.ofSeconds(30))).isTrue();
    }

    @AfterEach
    void close() {
        orders.close();
        store.close();
    }

    @Test
    void aViewUsesTheSameSessionInAnotherPlace() throws Exception {
        CoordinationClient everything = orders.inNamespace("/");
        InterProcessMutex here = new InterProcessMutex(orders, "/locks/a");
        InterProcessMutex there = new InterProcessMutex(everything, "/locks/a");

        here.acquire();
        there.acquire();

        assertThat(store.node("/orders/locks/a")).isPresent();
        assertThat(store.node("/locks/a")).isPresent();
        assertThat(everything.runtime().liveSession().orElseThrow().core().id())
                .isEqualTo(orders.runtime().liveSession().orElseThrow().core().id());
        assertThat(everything.runtime().liveSession())
                .isEqualTo(everything.runtime().liveSession());
        assertThat(here.grant().token().scope())
                .isNotEqualTo(there.grant().token().scope());
        there.release();
        here.release();
    }

    @Test
    void aViewOfItsOwnNamespaceIsTheClientItself() {
        assertThat(orders.inNamespace("/orders")).isSameAs(orders);
        assertThat(orders.inNamespace("/").inNamespace("/orders")).isSameAs(orders);
    }

    @Test
    void bothCloseTogether() throws Exception {
        CoordinationClient everything = orders.inNamespace("/");
        InterProcessMutex there = new InterProcessMutex(everything, "/locks/a");
        there.acquire();
        Grant held = there.grant();

        orders.close();

        assertThat(held.isValid()).isFalse();
        assertThatThrownBy(() -> everything.runtime().ensureOpen()).isInstanceOf(ClosedException.class);
        await().atMost(Duration.ofSeconds(30)).until(() -> !everything.isConnected() && !orders.isConnected());
    }
}
