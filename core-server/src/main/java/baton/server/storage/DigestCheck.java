package baton.server.storage;

/** What recovery does when the tree it rebuilt is not the one the log says it must be. */
public enum DigestCheck {
    /** Refuses to start: something of the history is missing, or was applied wrongly. */
    REFUSE,
    /** Warns once and goes on, as Apache ZooKeeper does. */
    WARN
}
