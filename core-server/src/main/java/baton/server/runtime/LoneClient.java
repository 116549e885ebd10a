package baton.server.runtime;

/**
 * Finds out whether one client has the server for itself and waits for each of its changes.
 *
 * <p>Then nobody is held up by a change that is written where it was decided on, and whoever asked has it a good deal earlier: the
 * way to the log's thread and back takes about as long as a quick disk.
 */
final class LoneClient {
    /** So many turns in a row tell one who is alone from a pause of the others. */
    static final int TURNS = 8;

    private final int turnsMin;
    private int turns;
    private long askerSeen;
    private long speakersSeen;

    LoneClient(int turnsMin) {
        this.turnsMin = turnsMin;
    }

    /**
     * Says it, in each turn that has something for the log.
     *
     * @param changes how many of this turn
     * @param asker the session that has asked for the last of them
     * @param speakers how often so far, on one loop, another client has asked for something than the one before
     */
    boolean isAlone(int changes, long asker, long speakers) {
        boolean isTheSame = asker == askerSeen && speakers == speakersSeen;
        turns = changes == 1 && isTheSame ? Math.min(turns + 1, turnsMin) : 0;
        askerSeen = asker;
        speakersSeen = speakers;
        return turns == turnsMin;
    }
}
