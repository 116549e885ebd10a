package baton.server.config;

import baton.protocol.tls.StoreFile;
import baton.protocol.tls.TlsException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether what settings speak of is there and fit: directories, their space, certificates, secrets, ports that do not
 * collide. Only looks, and changes nothing.
 */
final class Surroundings {
    private static final long SPACE_BYTES_MIN = 2L << 30;
    private static final double SPACE_SHARE_MIN = 0.1;
    private static final long DESCRIPTORS_MIN = 4096;
    private static final int SHOWN_MAX = 3;
    private static final String INSIDE = StorageSettings.Files.VERSION;
    private static final String AUTOCREATE = "datadir.autocreate";

    /** What stands in a data directory, or beside the data in one. */
    private static final Set<String> OF_SERVERS = Set.of(
            INSIDE,
            StorageSettings.Files.LOCK,
            "baton",
            "myid",
            "initialize",
            "lost+found",
            "logs",
            "zookeeper_server.pid");

    /** Volumes that show what the system knows, and let the superuser believe that he may make directories there. */
    private static final Set<String> OF_SYSTEM = Set.of("proc", "sysfs", "cgroup", "cgroup2");

    private final ConfigValues values;
    private final boolean mayMakeDirectories;

    private Surroundings(ConfigValues values) {
        this.values = values;
        this.mayMakeDirectories = values.flag(AUTOCREATE, true);
    }

    /** Looks at everything, and notes what it finds with the values. */
    static void look(ConfigValues values, ServerSettings settings, @Nullable Path file) {
        Surroundings surroundings = new Surroundings(values);
        if (settings.storage() instanceof StorageSettings.Files files) {
            surroundings.directory("dataDir", files.dataDir());
            if (!files.logDir().equals(files.dataDir())) {
                surroundings.directory("dataLogDir", files.logDir());
            }
            surroundings.number(files.dataDir());
        }
        surroundings.ports(settings);
        surroundings.certificates(settings);
        surroundings.secrets(file);
        surroundings.descriptors();
    }

    private void directory(String key, Path directory) {
        if (!directory.isAbsolute()) {
            values.warnOf(
                    key,
                    "depends on where the server is started; write " + directory.toAbsolutePath()
                            + " if that is what you mean");
        }
        Path there = directory.toAbsolutePath();
        while (there.getParent() != null && !Files.exists(there)) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            values.problem(key, there + " is not a directory");
        } else if (!mayMakeDirectories && !Files.isDirectory(directory.resolve(INSIDE))) {
            values.problem(
                    key,
                    "has no directory " + INSIDE + ", and " + AUTOCREATE
                            + "=false keeps the server from making it: is its volume mounted?");
        } else if (!Files.isWritable(there)) {
            values.problem(
                    key,
                    there.equals(directory.toAbsolutePath())
                            ? "cannot be written by this user"
                            : "cannot be created: " + there + " cannot be written by this user");
        } else {
            content(key, directory);
            openness(key, directory);
            space(key, there);
        }
    }

    private void content(String key, Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<String> strange = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path each : entries) {
                String name = String.valueOf(each.getFileName());
                if (!isOfServers(name)) {
                    strange.add(name);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            values.problem(key, "cannot be listed: " + e);
            return;
        }
        for (String each : strange) {
            if (each.matches("(snapshot|log)\\.[0-9a-f]+(\\.gz|\\.snappy)?")) {
                values.problem(
                        key,
                        "holds logs or snapshots itself: name the directory above it, whose " + INSIDE
                                + " it should be");
                return;
            }
        }
        if (!strange.isEmpty() && !Files.exists(directory.resolve(INSIDE))) {
            Collections.sort(strange);
            values.warnOf(
                    key,
                    "is no data directory yet, and holds "
                            + String.join(", ", strange.subList(0, Math.min(SHOWN_MAX, strange.size())))
                            + (strange.size() > SHOWN_MAX ? " and more" : ""));
        }
    }

    /** Beside the data this server keeps what is named like their directory. */
    private static boolean isOfServers(String name) {
        return OF_SERVERS.contains(name) || name.startsWith(INSIDE + ".") || name.contains(".cfg");
    }

    /** What this server makes only its user may read; what others have made, perhaps not. */
    private void openness(String key, Path directory) {
        if (isReadableByOthers(directory) && isReadableByOthers(directory.resolve(INSIDE))) {
            values.warnOf(key, "holds data that every user of this machine can read: chmod 700 " + directory);
        }
    }

    /** The number in {@code myid} is of no use to a server that stands alone, but may tell that it should not. */
    private void number(Path dataDir) {
        Path file = dataDir.resolve("myid");
        if (!Files.isRegularFile(file)) {
            return;
        }
        String id;
        try {
            id = Files.readString(file).strip();
        } catch (IOException e) {
            values.problem("dataDir", file + " cannot be read: " + e);
            return;
        }
        List<String> servers = values.keys("server.");
        if (!id.matches("\\d{1,3}")) {
            values.warnOf("dataDir", "has a file myid that says '" + id + "', which is not the number of a server");
        } else if (servers.isEmpty()) {
            values.warnOf(
                    "dataDir",
                    "belongs to server " + id + " of an ensemble, as its file myid says, and there is no line server."
                            + id + ": this server would go on alone with what that one has");
        } else if (!servers.contains("server." + id)) {
            values.warnOf(
                    "dataDir",
                    "belongs to server " + id + ", as its file myid says, and the lines are "
                            + String.join(", ", servers));
        }
    }

    private void space(String key, Path directory) {
        try {
            FileStore volume = Files.getFileStore(directory);
            if (OF_SYSTEM.contains(volume.type())) {
                values.problem(key, "is on a volume that keeps no files (" + volume.type() + ")");
                return;
            }
            shortage(volume.getUsableSpace(), volume.getTotalSpace()).ifPresent(what -> values.warnOf(key, what));
        } catch (IOException e) {
            values.problem(key, "its volume cannot be looked at: " + e);
        }
    }

    /** What is to be said of a volume with so many bytes left. */
    static Optional<String> shortage(long freeBytes, long totalBytes) {
        return freeBytes < SPACE_BYTES_MIN || freeBytes < SPACE_SHARE_MIN * totalBytes
                ? Optional.of("has " + (freeBytes >> 20) + " MiB left on its volume, less than 2 GiB or a tenth of it")
                : Optional.empty();
    }

    private void ports(ServerSettings settings) {
        List<WantedPort> ports = WantedPort.of(settings);
        for (int i = 1; i < ports.size(); i++) {
            WantedPort port = ports.get(i);
            for (WantedPort other : ports.subList(0, i)) {
                if (port.collides(other)) {
                    values.problem(
                            port.key(), "is port " + port.address().port() + ", which " + other.key() + " has already");
                    break;
                }
            }
        }
    }

    /** Ports may share files: each is looked at, and told of, once. */
    private void certificates(ServerSettings settings) {
        Set<StoreFile> keys = new LinkedHashSet<>();
        Set<StoreFile> trusts = new LinkedHashSet<>();
        for (TlsSettings each : settings.tls()) {
            keys.add(each.keys());
            StoreFile trust = each.trust();
            if (trust != null) {
                trusts.add(trust);
            }
        }
        keys.forEach(this::keys);
        trusts.forEach(this::trust);
        Set<Path> seen = new HashSet<>();
        keys.forEach(each -> seen.addAll(each.files()));
        trusts.forEach(each -> seen.addAll(each.files()));
        missing(seen);
    }

    /** Stores that no port has come to take, for something else is wrong with it, may be missing as well. */
    private void missing(Set<Path> seen) {
        values.effective().forEach((key, value) -> {
            if (!value.isEmpty() && TlsValues.namesStore(key)) {
                Path store = values.path(key, Path.of("."));
                if (!seen.contains(store) && !Files.exists(store)) {
                    values.problem(key, "there is no such file");
                }
            }
        });
    }

    private void keys(StoreFile keys) {
        try {
            keys.keys();
        } catch (TlsException e) {
            unusable(keys, e);
        }
        if (keys.isOpenToOthers()) {
            values.warn(keys.shown() + " holds a private key and can be read by others: chmod 600");
        }
    }

    private void trust(StoreFile trust) {
        try {
            trust.trust();
        } catch (TlsException e) {
            unusable(trust, e);
        }
    }

    private void unusable(StoreFile store, TlsException why) {
        values.problem(TlsValues::namesFiles, store.files().get(0), String.valueOf(why.getMessage()));
    }

    private void secrets(@Nullable Path file) {
        if (file != null && values.holdsSecret() && isReadableByOthers(file)) {
            values.warn("holds passwords and can be read by others: chmod 600 " + file);
        }
        values.effective().forEach((key, value) -> {
            boolean isLogins = key.equals(AuthValues.LOGIN_FILE);
            if (isLogins || key.endsWith("passwordPath") || key.endsWith("secretPath")) {
                secret(key, isLogins ? this::loginFile : Path::of, value);
            }
        });
    }

    private Path loginFile(String value) {
        return LoginFile.named(value, values.properties());
    }

    private void secret(String key, Function<String, Path> path, String value) {
        try {
            if (!value.isEmpty() && isReadableByOthers(path.apply(value))) {
                values.warnOf(key, "can be read by others: chmod 600");
            }
        } catch (InvalidPathException told) {
            // By whoever wants to read it.
        }
    }

    private static boolean isReadableByOthers(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    private void descriptors() {
        OptionalLong max = Descriptors.ofThisProcess().max();
        if (max.isPresent() && max.getAsLong() < DESCRIPTORS_MIN) {
            values.warn("this process may open only " + max.getAsLong()
                    + " files and connections: raise the limit (ulimit -n) to " + DESCRIPTORS_MIN + " at least");
        }
    }
}
