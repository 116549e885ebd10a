package baton.server;

import baton.server.config.ConfigReport;
import baton.server.config.Descriptors;
import baton.server.config.Supervisor;
import java.util.Optional;

/**
 * The process that a server starts in, as far as it is the server's.
 *
 * @param report shows operators where each of the server's settings was said
 * @param descriptors those that the server shares out: when the process has many files and connections open, clients leave the
 *     rest to it
 * @param manager whoever started the process and wants to hear whether the server gets on
 */
public record HostProcess(ConfigReport report, Descriptors descriptors, Optional<Supervisor> manager) {
    /** An application's, which opens what it likes and has no file of settings. */
    static final HostProcess OF_APPLICATION =
            new HostProcess(ConfigReport.NONE, Descriptors.UNLIMITED, Optional.empty());

    /** Returns one that is there for the server. */
    public static HostProcess ofServer(ConfigReport report, Optional<Supervisor> manager) {
        return new HostProcess(report, Descriptors.ofThisProcess(), manager);
    }
}
