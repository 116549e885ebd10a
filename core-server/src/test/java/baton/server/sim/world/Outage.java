package baton.server.sim.world;

/** Why the server does not run for hours. */
enum Outage {
    /** Its process is stopped; its clock goes on. */
    PAUSED,
    /** Its machine is suspended, and the monotonic clock stands still. */
    SUSPENDED,
    /** Its process has ended, and nobody starts another. */
    NOT_STARTED
}
