package org.apache.zookeeper.server.embedded;

import baton.server.BatonServer;
import baton.server.Main;
import baton.server.config.ConfigFile;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * Our server behind the interface through which curator-test starts one.
 *
 * <p>Apache's builder makes its server by this name and constructor; first on the class path, it makes ours. It is told
 * what Apache's would be told: the lines of a {@code zoo.cfg}, and the properties of the process.
 */
final class ZooKeeperServerEmbeddedImpl implements ZooKeeperServerEmbedded {
    private final ServerSettings settings;
    private BatonServer server;

    ZooKeeperServerEmbeddedImpl(Properties configuration, Path directory, ExitHandler exit) throws Exception {
        Properties lines = new Properties();
        lines.putAll(configuration);
        ListenAddress listen = new ListenAddress("127.0.0.1", Integer.parseInt(lines.getProperty("clientPort")));
        // A file cannot leave it to the system.
        lines.setProperty("clientPort", "2181");
        Path file = Files.createTempFile("zoo", ".cfg");
        try (OutputStream out = Files.newOutputStream(file)) {
            lines.store(out, null);
        }
        try {
            settings = ConfigFile.read(file, Main.sources()).settings().withListen(listen);
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void start() throws Exception {
        server = BatonServer.start(settings);
    }

    @Override
    public void start(long millisMax) throws Exception {
        start();
    }

    @Override
    public String getConnectionString() {
        return server.connectString();
    }

    @Override
    public String getSecureConnectionString() {
        throw new UnsupportedOperationException("no test asks for TLS");
    }

    @Override
    public int getClientPort() {
        return server.port();
    }

    @Override
    public int getSecureClientPort() {
        return server.securePort();
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
