package baton.bench;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How Apache ZooKeeper is set up. */
enum Flavour {
    DEFAULT(List.of()),
    NETTY(List.of("-Dzookeeper.serverCnxnFactory=org.apache.zookeeper.server.NettyServerCnxnFactory")),
    TUNED(List.of(
            "-Dzookeeper.watchManagerName=org.apache.zookeeper.server.watch.WatchManagerOptimized",
            "-Dzookeeper.digest.enabled=false",
            // Of no effect on a server alone, which has no processor of commits.
            "-Dzookeeper.commitProcessor.maxCommitBatchSize=100")),
    TUNED_NETTY(
            Stream.of(NETTY, TUNED).flatMap(both -> both.properties.stream()).toList());

    /** What its JVM is told. */
    final List<String> properties;

    Flavour(List<String> properties) {
        this.properties = properties;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
