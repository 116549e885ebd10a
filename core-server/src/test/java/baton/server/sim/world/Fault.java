package baton.server.sim.world;

/** What may go wrong in a run. Each seed turns some of them on. */
enum Fault implements Trait {
    /** The machine loses power, and with it what was not synced. */
    POWER_CUT,
    /** The process is killed between two calls. */
    KILL,
    /** The process dies, or the power is cut, in the middle of a call to the disk. */
    CRASH_IN_CALL,
    /** The process dies, or the power is cut, between two effects of one turn of the writer, or in the middle of one. */
    CRASH_IN_TURN,
    /** The server is stopped in order and started again. */
    RESTART,
    /** Syncs fail, once, twice or from now on, and some of them forget what they should have written. */
    FAILED_SYNC,
    /** Calls to the disk that write, name or delete something fail: some, or all from now on. */
    FAILED_CALL,
    /** Calls to the disk take long, some of them very long, for a while or for as long as anything goes wrong. */
    SLOW_DISK,
    /** A sync does not come back, until somebody kills the process or it ends itself. */
    STUCK_SYNC,
    /** The disk is full for a while, or for as long as anything goes wrong. */
    DISK_FULL,
    /** Syncs find that there is no space for what was written, and some of them forget it. */
    FULL_AT_SYNC,
    /** What is read of the disk cannot be read: some of it, or nothing any more. */
    FAILED_READ,
    /** The disk can only be read, for a while or for as long as anything goes wrong. */
    READ_ONLY,
    /** A file decays while the server is stopped: some bits flip, a sector is lost or another stands there, everything is zero. */
    BIT_ROT,
    /** While the server is stopped files are cut short, vanish, change places, or all snapshots are zero. */
    FILES_LOST,
    /** A file with which the server is done decays while it runs; it reads all of them every few ticks. */
    DECAY_BEHIND,
    /** A connection is reset. */
    RESET,
    /** A client vanishes without a word, and comes back. */
    VANISH,
    /** Nothing comes through a connection for a while, and then everything at once. */
    STALL,
    /** Nothing comes through a connection in one direction for a while, and in the other everything. */
    STALL_ONE_WAY,
    /** A connection takes a few bytes at a time for a while. */
    SLOW_LINK,
    /** The server's machine does not answer those who dial: not before it has room again, or never. */
    DIAL_UNANSWERED,
    /** A client does not read what it is sent. */
    SLOW_READER,
    /** The server's process is stopped for a while; its clock goes on. */
    PAUSE,
    /** The server's machine is suspended; its monotonic clock stands still. */
    SUSPEND,
    /** An event loop gets no turn for a while; everything else goes on. */
    STARVED_LOOP,
    /** The wall clock jumps, and may begin again when the server starts. */
    CLOCK_JUMP,
    /** A client claims to have seen more than there is. */
    LIE,
    /** Somebody who is no client connects. */
    STRANGER,
    /** Somebody wants the session of another, without its password. */
    INTRUDER,
    /** An operator has a snapshot taken. */
    OPERATOR,
    /** An operator replaces everything by a snapshot that he had taken before; he may send it damaged, and the process may die. */
    RESTORE,
    /** Bits flip in what somebody says over a connection of his own: in requests for what everybody else works with. */
    NOISE,
    /** For thousands of sessions' time, hours, the process does not run, its machine is suspended, or nobody starts it; once. */
    OUTAGE
}
