package baton.recipes.acceptance;

import baton.client.ZnodeCore;
import baton.core.CoordinationCore;
import baton.core.testkit.ServerProcess;
import baton.embedded.EmbeddedCore;
import baton.server.StartFailedException;
import java.net.InetSocketAddress;

/** A running znode server, and the core by which this process reaches it. Closing it stops both. */
interface RealStore extends AutoCloseable {
    CoordinationCore core();

    /** Where other processes reach it. */
    String connectString();

    default InetSocketAddress address() {
        String[] parts = connectString().split(":");
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    @Override
    void close();

    /** A server in this process. */
    static RealStore embedded() {
        EmbeddedCore embedded = startEmbedded();
        return new RealStore() {
            @Override
            public CoordinationCore core() {
                return embedded;
            }

            @Override
            public String connectString() {
                return embedded.connectString();
            }

            @Override
            public void close() {
                embedded.close();
            }
        };
    }

    private static EmbeddedCore startEmbedded() {
        try {
            return EmbeddedCore.inMemory();
        } catch (StartFailedException refused) {
            throw new IllegalStateException(refused);
        }
    }

    /** A server in a process of its own, with files, and a core over the network. */
    final class Restartable implements RealStore {
        private final ServerProcess server;
        private final ZnodeCore core;

        Restartable(ServerProcess server) {
            this.server = server;
            this.core = ZnodeCore.connect(server.connectString());
        }

        @Override
        public CoordinationCore core() {
            return core;
        }

        @Override
        public String connectString() {
            return server.connectString();
        }

        ServerProcess server() {
            return server;
        }

        @Override
        public void close() {
            core.close();
            server.close();
        }
    }
}
