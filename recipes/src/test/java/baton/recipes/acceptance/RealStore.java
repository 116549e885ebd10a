package baton.recipes.acceptance;

import baton.client.ZnodeCore;
import baton.core.CoordinationCore;
import baton.core.testkit.ApacheZooKeeper;
import baton.core.testkit.FourLetterWord;
import baton.core.testkit.JavaProcess;
import baton.embedded.EmbeddedCore;
import baton.server.StartFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

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

    static Restartable apache() {
        return new Apache();
    }

    static Restartable baton(Path directory) {
        return new Baton(directory);
    }

    /** A server in a process of its own, with files. */
    abstract class Restartable implements RealStore {
        private final ZnodeCore core;
        private final String connectString;

        private Restartable(String connectString) {
            this.connectString = connectString;
            this.core = ZnodeCore.connect(connectString);
        }

        @Override
        public CoordinationCore core() {
            return core;
        }

        @Override
        public String connectString() {
            return connectString;
        }

        /** Stops it in order. */
        abstract void stop();

        /** Starts it again on the same port and files. Returns once it serves. */
        abstract void startAgain();

        @Override
        public void close() {
            core.close();
        }
    }

    /** Apache ZooKeeper's server. */
    final class Apache extends Restartable {
        private final ApacheZooKeeper server;

        Apache() {
            this(ApacheZooKeeper.start());
        }

        private Apache(ApacheZooKeeper server) {
            super(server.connectString());
            this.server = server;
        }

        @Override
        void stop() {
            server.stop();
        }

        @Override
        void startAgain() {
            server.startAgain();
        }

        @Override
        public void close() {
            super.close();
            server.close();
        }
    }

    /** The launcher's server, with the shortest sensible tick. */
    final class Baton extends Restartable {
        private static final Duration START_MAX = Duration.ofSeconds(20);

        private final Path config;
        private JavaProcess process;

        Baton(Path directory) {
            super(freeAddress());
            config = directory.resolve("zoo.cfg");
            try {
                Files.write(
                        config,
                        List.of(
                                "tickTime=250",
                                "dataDir=" + directory.resolve("data"),
                                "clientPortAddress=" + address().getHostString(),
                                "clientPort=" + address().getPort(),
                                "4lw.commands.whitelist=*"));
            } catch (IOException refused) {
                throw new UncheckedIOException(refused);
            }
            process = launch();
        }

        @Override
        void stop() {
            process.terminate();
        }

        @Override
        void startAgain() {
            process.close();
            process = launch();
        }

        @Override
        public void close() {
            super.close();
            process.close();
        }

        private JavaProcess launch() {
            JavaProcess launched = JavaProcess.of("baton.server.Main")
                    .arguments(config.toString())
                    .start();
            launched.awaitLine("listening on", START_MAX);
            Awaitility.await()
                    .atMost(START_MAX)
                    .until(() -> FourLetterWord.ask(address(), "srvr")
                            .filter(answer -> answer.contains("Mode"))
                            .isPresent());
            return launched;
        }

        private static String freeAddress() {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return "127.0.0.1:" + socket.getLocalPort();
            } catch (IOException none) {
                throw new UncheckedIOException(none);
            }
        }
    }
}
