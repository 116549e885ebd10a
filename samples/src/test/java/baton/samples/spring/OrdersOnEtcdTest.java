package baton.samples.spring;

import baton.core.testkit.EtcdServer;
import org.junit.jupiter.api.BeforeAll;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The same application on etcd: one line of its configuration is another. The server ends with this process. */
@DirtiesContext
class OrdersOnEtcdTest extends OrdersApplicationTest {
    private static EtcdServer server;

    @BeforeAll
    static void start() {
        EtcdServer.assumeInstalled();
        server = EtcdServer.start();
    }

    @DynamicPropertySource
    static void connect(DynamicPropertyRegistry properties) {
        properties.add("baton.connect", () -> server.connectString());
    }
}
