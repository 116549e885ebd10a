package baton.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a server with some settings would want and somebody on this machine has by now, which may well be that server, or
 * the machine lacks. Only looks, and waits for hosts, sixteen together, no longer than two seconds; who has something only Linux
 * tells, and elsewhere nobody is found.
 */
public final class Occupied {
    private final Processes processes;
    private final HostNames hosts;

    Occupied(Processes processes, HostNames hosts) {
        this.processes = processes;
        this.hosts = hosts;
    }

    /** Looks at this machine. */
    public static Occupied here() {
        return new Occupied(Processes.ofThisMachine(), HostNames.ofThisMachine());
    }

    /** Begins to look up the hosts of a server, so that those of several are waited for together. */
    public void begin(ServerSettings settings) {
        WantedPort.of(settings).forEach(each -> hosts.begin(each.address()));
    }

    /** Returns a line for each port that is taken. */
    public List<String> ports(ServerSettings settings) {
        begin(settings);
        List<String> lines = new ArrayList<>();
        for (WantedPort each : WantedPort.of(settings)) {
            if (each.address().port() != 0) {
                hosts.find(each.address())
                        .address()
                        .map(there ->
                                new InetSocketAddress(there, each.address().port()))
                        .flatMap(processes::listeningOn)
                        .ifPresent(who -> lines.add(each.key() + ": " + each.address() + " is taken by " + who));
            }
        }
        return lines;
    }

    /** Returns a line for each address to listen on that is not one of this machine by now. */
    public List<String> addresses(ServerSettings settings) {
        begin(settings);
        List<String> lines = new ArrayList<>();
        for (WantedPort each : WantedPort.of(settings)) {
            lack(each.address()).ifPresent(what -> lines.add(each.key() + ": " + each.address() + " " + what));
        }
        return lines;
    }

    private Optional<String> lack(ListenAddress wanted) {
        HostNames.Place place = hosts.find(wanted);
        return place.address().isEmpty()
                ? Optional.of(place.trouble())
                : isForeign(place.address().get()) ? Optional.of("is no address of this machine") : Optional.empty();
    }

    private static boolean isForeign(InetAddress address) {
        try {
            return !address.isAnyLocalAddress()
                    && !address.isLoopbackAddress()
                    && NetworkInterface.getByInetAddress(address) == null;
        } catch (SocketException e) {
            // The system does not tell which addresses it has.
            return false;
        }
    }

    /** Returns a line for each directory that another server uses. */
    public List<String> directories(ServerSettings settings) {
        List<String> lines = new ArrayList<>();
        if (settings.storage() instanceof StorageSettings.Files files) {
            Set<Path> directories = new LinkedHashSet<>(List.of(files.dataDir()));
            directories.add(files.logDir());
            for (Path each : directories) {
                processes
                        .holdingFile(each.resolve(StorageSettings.Files.VERSION).resolve(StorageSettings.Files.LOCK))
                        .or(() -> processes.holdingFile(each.resolve(StorageSettings.Files.LOCK)))
                        .ifPresent(who -> lines.add("data directory " + each + ": in use by " + who));
            }
        }
        return lines;
    }
}
