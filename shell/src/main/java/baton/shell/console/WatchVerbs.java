package baton.shell.console;

import baton.protocol.AddWatchMode;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.protocol.WatcherType;
import java.util.Locale;

/** {@code addWatch} and {@code removewatches}. */
final class WatchVerbs {
    private WatchVerbs() {}

    static void add(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        AddWatchMode mode = mode(arguments.value("m").orElse("PERSISTENT_RECURSIVE"));

        shell.ask(arguments.path(), new Request.AddWatch(arguments.path(), mode));
    }

    private static AddWatchMode mode(String name) {
        return switch (name.toUpperCase(Locale.ROOT)) {
            case "PERSISTENT_RECURSIVE" -> AddWatchMode.PERSISTENT_RECURSIVE;
            case "PERSISTENT" -> AddWatchMode.PERSISTENT;
            default -> throw new WrongUsageException("-m " + name + ": must be PERSISTENT or PERSISTENT_RECURSIVE");
        };
    }

    /** With {@code -l} it is enough that the watches are forgotten here, should the server be out of reach. */
    static void remove(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        try {
            shell.ask(arguments.path(), new Request.RemoveWatches(arguments.path(), type(arguments)));
        } catch (RefusedException refused) {
            boolean outOfReach = refused.code() == ErrorCode.CONNECTION_LOSS;
            if (!outOfReach || !arguments.has("l")) {
                throw refused;
            }
        }
    }

    private static WatcherType type(Arguments arguments) {
        if (arguments.has("c")) {
            return WatcherType.CHILDREN;
        } else if (arguments.has("d")) {
            return WatcherType.DATA;
        } else if (arguments.has("p")) {
            return WatcherType.PERSISTENT;
        }
        return arguments.has("r") ? WatcherType.PERSISTENT_RECURSIVE : WatcherType.ANY;
    }
}
