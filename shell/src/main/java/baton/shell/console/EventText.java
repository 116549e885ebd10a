package baton.shell.console;

import baton.protocol.EventType;
import baton.protocol.KeeperState;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the shell prints when a watch fires or the connection changes: for people, a block of lines. */
final class EventText {
    private EventText() {}

    static Result of(KeeperState state, EventType type, @Nullable String path, long zxid) {
        String line = "WatchedEvent state:" + camelCase(state) + " type:" + camelCase(type) + " path:" + path
                + " zxid: " + zxid;
        return Result.of(String.join(System.lineSeparator(), "", "WATCHER::", "", line))
                .with("event", camelCase(type))
                .with("path", path)
                .with("state", camelCase(state))
                .with("zxid", zxid == ShellEvents.NO_ZXID ? null : Result.hex(zxid));
    }

    private static String camelCase(Enum<?> constant) {
        StringBuilder name = new StringBuilder();
        for (String word : constant.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }
}
