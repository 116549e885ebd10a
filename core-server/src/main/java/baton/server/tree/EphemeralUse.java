package baton.server.tree;

/**
 * How many nodes belong to sessions.
 *
 * @param count those of all sessions
 * @param countMax those of the session that has most
 * @param recordBytesMax what the paths of a session's nodes take in the record of its end, where they take most
 */
public record EphemeralUse(int count, int countMax, int recordBytesMax) {}
