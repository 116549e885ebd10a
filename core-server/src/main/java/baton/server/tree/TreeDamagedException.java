package baton.server.tree;

/** The nodes in memory are not what transactions have made of them: rule DP-33. The server must not go on with them. */
public final class TreeDamagedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TreeDamagedException(String message) {
        super(message);
    }
}
