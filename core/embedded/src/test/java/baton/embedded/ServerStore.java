package baton.embedded;

import baton.client.ZnodeCore;
import baton.core.Capability;
import baton.core.CoordinationCore;
import baton.core.testkit.CoreUnderTest;
import baton.core.testkit.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A server in a process of its own, reached over the network; it keeps its port and its directory when it restarts. */
final class ServerStore implements CoreUnderTest {
    private static final Duration START_WAIT_MAX = Duration.ofSeconds(60);

    private final Path directory;
    private final InetSocketAddress address;
    private JavaProcess process;

    ServerStore() {
        directory = temporary();
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        process = launch();
    }

    private JavaProcess launch() {
        try {
            Path config = Files.write(
                    directory.resolve("zoo.cfg"),
                    List.of(
                            "dataDir=" + directory.resolve("data"),
                            "clientPort=" + address.getPort(),
                            "clientPortAddress=127.0.0.1",
                            "tickTime=100",
                            "minSessionTimeout=200",
                            "maxSessionTimeout=60000",
                            "maxClientCnxns=0",
                            "4lw.commands.whitelist=*",
                            "extendedTypesEnabled=true"));
            JavaProcess launched = JavaProcess.of("baton.server.Main")
                    .arguments(config.toString())
                    .start();
            launched.awaitLine("listening on 127.0.0.1:" + address.getPort(), START_WAIT_MAX);
            return launched;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public CoordinationCore open(InetSocketAddress via) {
        return ZnodeCore.builder(via.getAddress().getHostAddress() + ":" + via.getPort())
                .capability(Capability.LEASE_CONFIRMED)
                .build();
    }

    @Override
    public void stop() {
        int code = process.terminate();
        if (code != 0) {
            throw new AssertionError("the server ended with " + code + " when asked to stop");
        }
    }

    @Override
    public void start() {
        process.close();
        process = launch();
    }

    @Override
    public void close() {
        process.close();
        delete(directory);
    }

    static Path temporary() {
        try {
            return Files.createTempDirectory("baton-store");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
