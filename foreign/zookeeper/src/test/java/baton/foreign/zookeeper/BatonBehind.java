package baton.foreign.zookeeper;

import baton.server.BatonServer;
import baton.server.Main;
import baton.server.StartFailedException;
import baton.server.config.ConfigException;
import baton.server.config.ConfigFile;
import baton.server.config.ConfigSources;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;

/** The Baton server that runs in the place of one of Apache's, with the file that would say the same. */
public final class BatonBehind {
    // A file names ports; only a program has the system pick them.
    private static final int PORT_ANYWAY = 1;
    private static final int SECURE_PORT_ANYWAY = 2;

    private static final Map<ZooKeeperServer, BatonBehind> ALL = Collections.synchronizedMap(new WeakHashMap<>());

    private static final AtomicInteger BEGUN = new AtomicInteger();
    private static final AtomicInteger RUNNING = new AtomicInteger();

    /** The server of ours that was started last in this process, also if it is closed again; null before any was. */
    private static volatile BatonServer newest;

    private final Map<String, String> settings = new LinkedHashMap<>();
    private BatonServer running;

    private BatonBehind(ZooKeeperServer server) {
        set("dataDir", parent(server.getTxnLogFactory().getSnapDir().toPath()));
        set("dataLogDir", parent(server.getTxnLogFactory().getDataLogDir().toPath()));
        set("tickTime", server.getTickTime());
        set("minSessionTimeout", server.getMinSessionTimeout());
        set("maxSessionTimeout", server.getMaxSessionTimeout());
        set("reconfigEnabled", QuorumPeerConfig.isReconfigEnabled());
    }

    private void set(String key, Object value) {
        settings.put(key, value.toString());
    }

    /** Returns how many have been started in this process. */
    static int begun() {
        return BEGUN.get();
    }

    static boolean anyRuns() {
        return RUNNING.get() > 0;
    }

    public static int portOfNewest() {
        return newest.port();
    }

    public static BatonBehind of(ZooKeeperServer server) {
        return ALL.computeIfAbsent(server, BatonBehind::new);
    }

    // The files stand in a directory version-2 of it.
    private static Path parent(Path directory) {
        return directory.toAbsolutePath().getParent();
    }

    /** Apache's server opens its ports one after the other; ours has all of them from its start. */
    public synchronized void open(ServerCnxnFactory port) throws IOException {
        close();
        InetSocketAddress address = port.getLocalAddress();
        String key = port.isSecure() ? "secureClientPort" : "clientPort";
        int anyway = port.isSecure() ? SECURE_PORT_ANYWAY : PORT_ANYWAY;
        set(key, address.getPort() == 0 ? anyway : address.getPort());
        if (!address.getAddress().isAnyLocalAddress()) {
            set(key + "Address", address.getAddress().getHostAddress());
        }
        if (port.getMaxClientCnxnsPerHost() >= 0) {
            set("maxClientCnxns", port.getMaxClientCnxnsPerHost());
        }
        start();
    }

    public synchronized int port(boolean secure) {
        return secure && running.securePort() > 0 ? running.securePort() : running.port();
    }

    /** Has it heed what has been set meanwhile. */
    public synchronized void reopen() throws IOException {
        if (running != null) {
            close();
            start();
        }
    }

    private void start() throws IOException {
        try {
            running = BatonServer.start(read());
            newest = running;
            BEGUN.incrementAndGet();
            RUNNING.incrementAndGet();
        } catch (ConfigException | StartFailedException e) {
            throw new IOException(e);
        }
    }

    /** As {@code bin/baton server zoo.cfg} would, with the properties of this process, which tests set. */
    private ServerSettings read() throws IOException, ConfigException {
        Path file = Files.createTempFile("zoo", ".cfg");
        try {
            List<String> lines = new ArrayList<>();
            settings.forEach((key, value) -> lines.add(key + "=" + value));
            Files.write(file, lines);
            ServerSettings read = ConfigFile.read(file, process()).settings();
            return withPortsOfSystem(read);
        } finally {
            Files.delete(file);
        }
    }

    private static ServerSettings withPortsOfSystem(ServerSettings read) {
        ServerSettings picked = read.withListen(pickedIfAny(read.listen()));
        SecurePort secure = read.secure();
        return secure == null || secure.listen() == null
                ? picked
                : picked.withSecure(new SecurePort(pickedIfAny(secure.listen()), secure.unified(), secure.tls()));
    }

    private static ListenAddress pickedIfAny(ListenAddress address) {
        return address.port() <= SECURE_PORT_ANYWAY ? address.withPort(0) : address;
    }

    /** What Apache's server passes over, and ours refuses: a scheme whose class there is not, TLS on a port that there is not. */
    private ConfigSources process() {
        ConfigSources process = Main.sources();
        Map<String, String> properties = new HashMap<>(process.properties());
        properties.values().removeIf(each -> each.equals("org.apache.zookeeper.test.InvalidAuthProvider"));
        if (!settings.containsKey("clientPort")) {
            properties.remove("zookeeper.client.portUnification");
        }
        return new ConfigSources(properties, process.environment(), true);
    }

    public synchronized void close() {
        if (running != null) {
            running.close();
            running = null;
            RUNNING.decrementAndGet();
        }
    }
}
