package baton.shell.console;

import baton.core.testkit.ServerProcess;
import baton.server.BatonServer;
import baton.server.StartFailedException;
import baton.server.config.ServerSettings;

/** Apache ZooKeeper's server and ours, for tests of what is the same at both. */
final class BothServers implements AutoCloseable {
    private final BatonServer ours;
    private final ServerProcess theirs;

    private BothServers(BatonServer ours, ServerProcess theirs) {
        this.ours = ours;
        this.theirs = theirs;
    }

    static BothServers start() throws StartFailedException {
        return new BothServers(BatonServer.start(ServerSettings.inMemory()), ServerProcess.apache());
    }

    /** {@code host:port}. */
    String ours() {
        return "127.0.0.1:" + ours.port();
    }

    /** {@code host:port}. */
    String theirs() {
        return theirs.connectString();
    }

    @Override
    public void close() {
        ours.close();
        theirs.close();
    }
}
