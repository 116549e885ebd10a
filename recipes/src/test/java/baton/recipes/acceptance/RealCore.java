package baton.recipes.acceptance;

import baton.core.testkit.EtcdServer;
import baton.core.testkit.ServerProcess;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/** The cores that recipes are held to their word on. */
enum RealCore {
    EMBEDDED(Duration.ofMillis(250)) {
        @Override
        RealStore open() {
            return RealStore.embedded();
        }
    },
    BATON(Duration.ofMillis(250)) {
        @Override
        RealStore open() {
            return new RealStore.OfProcess(ServerProcess.baton());
        }
    },
    APACHE(Duration.ofMillis(250)) {
        @Override
        RealStore open() {
            return new RealStore.OfProcess(ServerProcess.apache());
        }
    },
    /** Leases live for whole seconds, and are looked at twice a second. */
    ETCD(Duration.ofMillis(1000)) {
        @Override
        RealStore open() {
            EtcdServer.assumeInstalled();
            return new RealStore.OfProcess(EtcdServer.start());
        }
    };

    /** By how much a session may outlive the timeout that was asked for. */
    final Duration sessionSlack;

    RealCore(Duration sessionSlack) {
        this.sessionSlack = sessionSlack;
    }

    /** Starts its server, with an empty tree. Returns once it serves. */
    abstract RealStore open();

    boolean hasZnodes() {
        return this != ETCD;
    }

    /**
     * Those of this run. The embedded core, which is our server in this process, is among them in long runs only:
     * {@code -Dsoak}; etcd in these, and with {@code -Petcd}.
     */
    static Stream<RealCore> ofThisRun() {
        boolean all = System.getProperty("soak") != null;
        Set<RealCore> cores = all ? EnumSet.allOf(RealCore.class) : EnumSet.of(BATON, APACHE);
        if (System.getProperty("etcd") != null) {
            cores.add(ETCD);
        }
        return cores.stream();
    }

    /** Those of this run whose server is a process of its own. */
    static Stream<RealCore> overTheNetwork() {
        return ofThisRun().filter(core -> core != EMBEDDED);
    }
}
