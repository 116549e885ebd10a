package baton.etcd;

import baton.core.testkit.EtcdServer;
import baton.core.testkit.FaultProxy;
import baton.core.testkit.FaultyLink;
import baton.core.testkit.HeldRequest;
import baton.core.testkit.WireOp;
import java.net.InetSocketAddress;
import java.time.Duration;

/** A {@link GrpcProxy}, which knows requests, behind a plain proxy, which knows connections. */
final class EtcdFaultyLink implements FaultyLink {
    private final EtcdServer server;
    private final GrpcProxy requests;
    private final FaultProxy connections;

    EtcdFaultyLink(EtcdServer server) {
        this.server = server;
        requests = new GrpcProxy(server.address(), this::cutOnce);
        connections = FaultProxy.plain(requests.address());
    }

    @Override
    public InetSocketAddress address() {
        return connections.address();
    }

    @Override
    public void cut() {
        connections.cut();
    }

    @Override
    public void cutOnce() {
        connections.cutOnce();
    }

    @Override
    public void stall() {
        connections.stall();
    }

    @Override
    public void delay(Duration each) {
        connections.delay(each);
    }

    @Override
    public void heal() {
        requests.heal();
        connections.heal();
    }

    @Override
    public void dropRequest(WireOp op) {
        requests.rule(op, GrpcProxy.Action.DROP_REQUEST, new HeldRequest());
    }

    @Override
    public void dropReply(WireOp op) {
        requests.rule(op, GrpcProxy.Action.DROP_REPLY, new HeldRequest());
    }

    @Override
    public HeldRequest holdRequest(WireOp op) {
        HeldRequest held = new HeldRequest();
        requests.rule(op, GrpcProxy.Action.HOLD_REQUEST, held);
        return held;
    }

    @Override
    public void expire(String sessionId) {
        server.revokeLease(sessionId);
    }

    @Override
    public int requests(WireOp op) {
        return requests.count(op);
    }

    @Override
    public void close() {
        connections.close();
        requests.close();
    }
}
