package baton.shell.console;

import baton.protocol.ErrorCode;

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
            case CONNECTION_LOSS -> "KeeperErrorCode = ConnectionLoss for " + path;
            case SESSION_EXPIRED -> "KeeperErrorCode = Session expired for " + path;
            case OPERATION_TIMEOUT -> "KeeperErrorCode = OperationTimeout for " + path;
            case UNIMPLEMENTED -> "KeeperErrorCode = Unimplemented for " + path;
            case NO_WATCHER -> "KeeperErrorCode = No such watcher for " + path;
            case QUOTA_EXCEEDED -> "KeeperErrorCode = Quota has exceeded for " + path;
            default -> "KeeperErrorCode = " + code + " for " + path;
        };
    }
}
