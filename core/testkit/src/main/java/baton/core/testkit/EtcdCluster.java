package baton.core.testkit;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Several {@link EtcdServer}s that replicate one store. */
public final class EtcdCluster implements AutoCloseable {
    private final List<EtcdServer> members;

    private EtcdCluster(List<EtcdServer> members) {
        this.members = members;
    }

    /** Starts members with empty directories. Returns once all of them serve. */
    public static EtcdCluster start(int size) {
        List<EtcdServer.Ports> ports = IntStream.range(0, size)
                .mapToObj(number -> EtcdServer.Ports.claim("member" + number))
                .toList();
        EtcdCluster cluster = new EtcdCluster(
                ports.stream().map(each -> EtcdServer.member(each, ports)).toList());
        cluster.members.forEach(EtcdServer::awaitService);
        return cluster;
    }

    public List<EtcdServer> members() {
        return members;
    }

    /** {@code etcd://host:port,host:port,...}. */
    public String connectString() {
        return members.stream()
                .map(each -> each.connectString().substring("etcd://".length()))
                .collect(Collectors.joining(",", "etcd://", ""));
    }

    @Override
    public void close() {
        members.forEach(EtcdServer::close);
    }
}
