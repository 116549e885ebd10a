package baton.server;

import baton.server.config.ConfigReport;
import baton.server.config.Descriptors;
import baton.server.config.Supervisor;
import baton.server.storage.Disk;
import java.util.Optional;

/**
 * The process that a server starts in, as far as it is the server's.
 *
 * @param report shows operators where each of the server's settings was said
 * @param descriptors those that the server shares out: when the process has many files and connections open, clients leave the
 *     rest to it
 * @param manager whoever started the process and wants to hear meanwhile whether the server gets on
 * @param disk where the server's files are
 */
public record HostProcess(ConfigReport report, Descriptors descriptors, Optional<Supervisor> manager, Disk disk) {
    /** Returns an application's, which opens what it likes and has no file of settings. */
    static HostProcess ofApplication(Disk disk) {
        return new HostProcess(ConfigReport.NONE, Descriptors.UNLIMITED, Optional.empty(), disk);
    }

    /** Returns one that is there for the server. */
    public static HostProcess ofServer(ConfigReport report, Optional<Supervisor> manager) {
        return new HostProcess(report, Descriptors.ofThisProcess(), manager, Disk.ofSystem());
    }
}
