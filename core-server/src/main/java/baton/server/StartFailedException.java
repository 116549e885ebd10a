package baton.server;

import baton.protocol.tls.TlsException;
import baton.server.config.Occupied;
import baton.server.config.ServerSettings;
import baton.server.runtime.ListenException;
import baton.server.storage.CorruptLogException;
import baton.server.storage.CorruptSnapshotException;
import baton.server.storage.DirectoryRefusedException;
import baton.server.storage.StorageException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A server could not start. Nothing of it is left behind: no thread, no port, no lock. The message is one line, and one more for
 * everything else that is in the way.
 */
public final class StartFailedException extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitCode exitCode;

    public StartFailedException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public StartFailedException(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    /** Its data cannot be had. */
    static StartFailedException of(StorageException cause, ServerSettings settings) {
        if (cause instanceof DirectoryRefusedException refused) {
            return refused.isInUse()
                    ? new StartFailedException(ExitCode.ALREADY_RUNNING, withPorts(cause, settings), cause)
                    : new StartFailedException(ExitCode.CONFIGURATION, message(cause), cause);
        }
        boolean damaged = cause instanceof CorruptLogException || cause instanceof CorruptSnapshotException;
        return new StartFailedException(damaged ? ExitCode.DATA_DAMAGED : ExitCode.INTERNAL, message(cause), cause);
    }

    /** A port cannot be had. */
    static StartFailedException of(ListenException cause, ServerSettings settings) {
        ExitCode code = cause.isAnotherServer() ? ExitCode.ALREADY_RUNNING : ExitCode.CONFIGURATION;
        return new StartFailedException(code, withPorts(cause, settings), cause);
    }

    /** Its certificates cannot be used. */
    static StartFailedException of(TlsException cause) {
        return new StartFailedException(ExitCode.CONFIGURATION, message(cause), cause);
    }

    private static String withPorts(Exception first, ServerSettings settings) {
        return Stream.concat(Stream.of(message(first)), Occupied.here().ports(settings).stream())
                .collect(Collectors.joining(System.lineSeparator()));
    }

    private static String message(Exception cause) {
        return String.valueOf(cause.getMessage());
    }

    /** Returns what a process should end with that was to run this server and nothing else. */
    public ExitCode exitCode() {
        return exitCode;
    }
}
