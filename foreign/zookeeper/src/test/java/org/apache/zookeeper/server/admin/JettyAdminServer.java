package org.apache.zookeeper.server.admin;

import baton.foreign.zookeeper.BatonBehind;
import org.apache.zookeeper.server.ZooKeeperServer;

/** Stands before Apache's class of this name: ours has its port for operators from its start, if it is told of one. */
public class JettyAdminServer implements AdminServer {
    private ZooKeeperServer server;

    @Override
    public void setZooKeeperServer(ZooKeeperServer behind) {
        server = behind;
    }

    @Override
    public void start() throws AdminServerException {
        try {
            BatonBehind.of(server).reopen();
        } catch (Exception e) {
            throw new AdminServerException(e);
        }
    }

    @Override
    public void shutdown() {}
}
