package baton.shell.console;

import baton.protocol.AddWatchMode;
import baton.protocol.Request;
import baton.protocol.WatcherType;

/** {@code addWatch} and {@code removewatches}. */
final class WatchVerbs {
    private WatchVerbs() {}

    static void add(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        shell.ask(
                arguments.path(),
                new Request.AddWatch(arguments.path(), mode(arguments.options().getOrDefault('m', ""))));
    }

    private static AddWatchMode mode(String name) {
        return switch (name) {
            case "", "PERSISTENT_RECURSIVE" -> AddWatchMode.PERSISTENT_RECURSIVE;
            case "PERSISTENT" -> AddWatchMode.PERSISTENT;
            default -> throw new WrongUsageException("-m " + name + ": must be PERSISTENT or PERSISTENT_RECURSIVE");
        };
    }

    static void remove(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        shell.ask(arguments.path(), new Request.RemoveWatches(arguments.path(), type(arguments)));
    }

    private static WatcherType type(Arguments arguments) {
        if (arguments.has('c')) {
            return WatcherType.CHILDREN;
        }
        return arguments.has('d') ? WatcherType.DATA : WatcherType.ANY;
    }
}
