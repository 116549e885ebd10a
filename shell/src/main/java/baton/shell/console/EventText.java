package baton.shell.console;

import baton.protocol.EventType;
import baton.protocol.KeeperState;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The block of lines the shell prints when a watch fires or the connection changes. */
final class EventText {
    private EventText() {}

    static String of(KeeperState state, EventType type, @Nullable String path, long zxid) {
        String line = "WatchedEvent state:" + camelCase(state) + " type:" + camelCase(type) + " path:" + path
                + " zxid: " + zxid;
        return String.join(System.lineSeparator(), "", "WATCHER::", "", line);
    }

    private static String camelCase(Enum<?> constant) {
        StringBuilder name = new StringBuilder();
        for (String word : constant.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }
}
