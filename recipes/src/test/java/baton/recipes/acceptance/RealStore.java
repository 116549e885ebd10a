package baton.recipes.acceptance;

import baton.core.testkit.ApacheZooKeeper;
import baton.core.testkit.FourLetterWord;
import baton.core.testkit.JavaProcess;
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

/** A znode server in a process of its own, with files, that can be stopped and started. */
interface RealStore extends AutoCloseable {
    InetSocketAddress address();

    /** Stops it in order. */
    void stop();

    /** Starts it again on the same port and files. Returns once it serves. */
    void startAgain();

    @Override
    void close();

    default String connectString() {
        return address().getHostString() + ":" + address().getPort();
    }

    static RealStore apache() {
        ApacheZooKeeper server = ApacheZooKeeper.start();
        return new RealStore() {
            @Override
            public InetSocketAddress address() {
                return server.address();
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
            public void close() {
                server.close();
            }
        };
    }

    static RealStore baton(Path directory) {
        return new BatonProcess(directory);
    }

    /** The launcher's server, with the shortest sensible tick. */
    final class BatonProcess implements RealStore {
        private static final Duration START_MAX = Duration.ofSeconds(20);

        private final InetSocketAddress address = freeAddress();
        private final Path config;
        private JavaProcess process;

        BatonProcess(Path directory) {
            config = directory.resolve("zoo.cfg");
            try {
                Files.write(
                        config,
                        List.of(
                                "tickTime=250",
                                "dataDir=" + directory.resolve("data"),
                                "clientPortAddress=" + address.getHostString(),
                                "clientPort=" + address.getPort(),
                                "4lw.commands.whitelist=*"));
            } catch (IOException refused) {
                throw new UncheckedIOException(refused);
            }
            process = launch();
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public void stop() {
            process.terminate();
        }

        @Override
        public void startAgain() {
            process.close();
            process = launch();
        }

        @Override
        public void close() {
            process.close();
        }

        private JavaProcess launch() {
            JavaProcess launched = JavaProcess.of("baton.server.Main")
                    .arguments(config.toString())
                    .start();
            launched.awaitLine("listening on", START_MAX);
            Awaitility.await()
                    .atMost(START_MAX)
                    .until(() -> FourLetterWord.ask(address, "srvr")
                            .filter(answer -> answer.contains("Mode"))
                            .isPresent());
            return launched;
        }

        private static InetSocketAddress freeAddress() {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
            } catch (IOException none) {
                throw new UncheckedIOException(none);
            }
        }
    }
}
