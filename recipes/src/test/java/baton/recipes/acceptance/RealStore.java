package baton.recipes.acceptance;

import baton.core.CoordinationCore;
import baton.core.testkit.StoreServer;
import baton.embedded.EmbeddedCore;
import baton.server.StartFailedException;
import java.net.InetSocketAddress;

/** A running server, and the core by which this process reaches it. Closing it stops both. */
interface RealStore extends AutoCloseable {
    CoordinationCore core();

    /** Where other processes reach it. */
    String connectString();

    InetSocketAddress address();

    /** Forgets what was before the present, where a store keeps it. */
    default void forgetHistory() {}

    /** Stops the server; its data stays. */
    void stop();

    /** Starts a server that was stopped, on its data and its port. */
    void startAgain();

    /** Stops the server dead in its tracks. */
    void pause();

    /** Lets it go on. */
    void resume();

    @Override
    void close();

    /** A server in this process, which stays. */
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
            public InetSocketAddress address() {
                return addressIn(connectString());
            }

            @Override
            public void stop() {
                throw stays();
            }

            @Override
            public void startAgain() {
                throw stays();
            }

            @Override
            public void pause() {
                throw stays();
            }

            @Override
            public void resume() {
                throw stays();
            }

            private UnsupportedOperationException stays() {
                return new UnsupportedOperationException("a server in this process runs as long as the process");
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

    private static InetSocketAddress addressIn(String connectString) {
        String[] parts = connectString.split(":");
        return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
    }

    /** A server in a process of its own, with files, and a core over the network. */
    final class OfProcess implements RealStore {
        private final StoreServer server;
        private final CoordinationCore core;

        OfProcess(StoreServer server) {
            this.server = server;
            this.core = CoordinationCore.connect(server.connectString());
        }

        @Override
        public CoordinationCore core() {
            return core;
        }

        @Override
        public String connectString() {
            return server.connectString();
        }

        @Override
        public InetSocketAddress address() {
            return server.address();
        }

        @Override
        public void forgetHistory() {
            server.forgetHistory();
        }

        @Override
        public void stop() {
            server.stop();
        }

        @Override
        public void startAgain() {
            server.startAgain();
        }

        @Override
        public void pause() {
            server.pause();
        }

        @Override
        public void resume() {
            server.resume();
        }

        @Override
        public void close() {
            core.close();
            server.close();
        }
    }
}
