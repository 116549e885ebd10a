package baton.server.runtime;

/** Why an answer is worked out beside those who serve. What is of one kind never waits for what is of another. */
public enum ReportKind {
    /** It tells of everything that clients have open, or hold, which may take seconds. */
    EVERYTHING,
    /** It has a line for each client. */
    LINES,
    /** A disk has to be looked at, or a name to be looked up. */
    OUTSIDE
}
