package baton.server.runtime;

/** A loop or the sequencer does not come to the end of its turn: nobody is served any more, and the server ends. */
final class StalledException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param who has not turned, and for how long */
    StalledException(String who) {
        super(who + ": the stacks in the log say what it is at; what was acknowledged is on the disk");
    }
}
