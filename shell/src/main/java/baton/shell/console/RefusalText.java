package baton.shell.console;

import baton.protocol.ErrorCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the shell says about a refusal, in the words scripts know from Apache's shell. */
final class RefusalText {
    private RefusalText() {}

    static String of(ErrorCode code, String path) {
        return switch (code) {
            case NO_NODE -> "Node does not exist: " + path;
            case NODE_EXISTS -> "Node already exists: " + path;
            case NOT_EMPTY -> "Node not empty: " + path;
            case NO_CHILDREN_FOR_EPHEMERALS -> "Ephemerals cannot have children: " + path;
            case NOT_READ_ONLY -> "Not a read-only call: " + path;
            case INVALID_ACL -> "Acl is not valid : " + path;
            case NO_AUTH -> "Insufficient permission : " + path;
            case BAD_ARGUMENTS -> "Arguments are not valid : " + path;
            case BAD_VERSION -> "version No is not valid : " + path;
            case QUOTA_EXCEEDED -> "Quota has exceeded : " + path;
            case RECONFIG_IN_PROGRESS ->
                "Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)";
            case RECONFIG_DISABLED -> "KeeperErrorCode = Reconfig is disabled";
            case NEW_CONFIG_NO_QUORUM ->
                "No quorum of new config is connected and up-to-date with the leader of last committed config"
                        + " - try invoking reconfiguration after new servers are connected and synced";
            case SESSION_EXPIRED -> "KeeperErrorCode = Session expired for " + path;
            case NO_WATCHER -> "KeeperErrorCode = No such watcher for " + path;
            default -> plain(code, path);
        };
    }

    /** In the words of Apache's client. */
    static String plain(ErrorCode code, @Nullable String path) {
        String name = code == ErrorCode.INVALID_ACL ? "InvalidACL" : nameOf(code);
        return "KeeperErrorCode = " + name + " for " + path;
    }

    /** Returns the name without underscores, such as {@code NoNode}. */
    static String nameOf(ErrorCode code) {
        StringBuilder name = new StringBuilder();
        for (String word : code.name().split("_", -1)) {
            name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return name.toString();
    }
}
