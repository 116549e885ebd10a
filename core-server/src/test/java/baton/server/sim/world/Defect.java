package baton.server.sim.world;

import java.util.List;

/**
 * Known bugs, brought back by what the tests put around ports and sockets; the server itself knows nothing of them. Each
 * must be found, by the rule beside it.
 */
enum Defect {
    NONE("-"),
    /** PD-1: an answer leaves before the sync. */
    ACKNOWLEDGED_BEFORE_SYNC("G-12"),
    /** PD-2. */
    SYNC_DOES_NOTHING("G-12", Fault.POWER_CUT),
    /** PD-3: the directory is not synced after a file was created in it. */
    CREATE_NOT_SYNCED("G-12", Fault.POWER_CUT),
    /** PD-4: likewise, after one was renamed. */
    RENAME_NOT_SYNCED("G-12", Fault.POWER_CUT),
    /** PD-7. */
    FAILED_SYNC_TRIED_AGAIN("G-12", Fault.FAILED_SYNC, Fault.POWER_CUT),
    STUCK_DISK_WAITED_FOR("DP-18", Fault.STUCK_SYNC),
    /** What decays behind a running server nobody looks at. */
    FILES_NEVER_READ_AGAIN("DP-26", Fault.DECAY_BEHIND),
    /** PD-8: a record that does not match its checksum is believed. */
    CHECKSUM_IGNORED("G-13", Fault.RESTART, Fault.BIT_ROT),
    /** PD-9: a length of zero in the middle of the log is taken for its end. */
    ZERO_LENGTH_ENDS_LOG("G-12", Fault.RESTART, Fault.BIT_ROT),
    /** PD-10. */
    LOG_GOES_ON_AFTER_SHORT_WRITE("G-12", Fault.DISK_FULL, Fault.KILL),
    /** Space is low once, and from then on for ever. */
    SPACE_STAYS_LOW("DP-12", Fault.DISK_FULL),
    /** Space is low, and the data goes on growing. */
    SPACE_NEVER_LOW("DP-11", Fault.DISK_FULL),
    /** PD-11. */
    CUT_NOT_SYNCED("INV-20", Fault.RESTART, Fault.POWER_CUT),
    /** PD-31. */
    SNAPSHOTS_PURGED_TOO_EARLY("INV-20", Fault.POWER_CUT, Fault.CRASH_IN_CALL),
    /** Of the snapshots from before the last recount none is kept. */
    SOUND_SNAPSHOTS_PURGED("DP-42"),
    /** PD-26. */
    CLOSE_MISSES_A_NODE("G-18"),
    /** PD-27. */
    EPHEMERAL_GONE_WITHOUT_TRANSACTION("INV-8"),
    /** PD-33. */
    MAP_ORDER_REACHES_A_FRAME("DT-5"),
    /** The same of a file, of which nobody is told. */
    IDENTITY_REACHES_A_FILE("DT-5"),
    /** What is free to be lent again depends on what a garbage collector has noticed. */
    COLLECTOR_DECIDES_WHAT_IS_LENT("DT-5", Feature.LISTING),
    /** PD-36, as a client sees it: a write passes though one before it in the batch took the right away. */
    ACL_OF_BEFORE_THE_BATCH("HC-2", Feature.LISTS),
    /** PD-20. */
    ZXID_LARGER_THAN_THE_READ("HC-5"),
    /** PD-28, as a reader beside the writer sees it: what it saw may be half of a transaction. */
    READ_NOT_VALIDATED("HC-5"),
    /** PD-21, where it is made: a reader sees a change whose events are still on their way to it. */
    READ_THROUGH_THE_CLOSED_GATE("G-16"),
    /** PD-21. */
    EVENT_AFTER_ANSWER("G-16"),
    /** PD-22, where it is made: the writer changes what is read before the watch on it is set. */
    WATCH_SET_BESIDE_THE_WRITER("HC-5", Fault.STALL, Feature.LISTS),
    /** PD-22, as a client sees it. */
    EVENT_LOST("G-16"),
    EVENT_TWICE("G-16"),
    /** A watch is said to be removed, and stays. */
    WATCH_OUTLIVES_ITS_REMOVAL("INV-13"),
    WATCH_THAT_NOBODY_WANTS("INV-13"),
    /** The client library asks for its watches again, and not for all of them. */
    LIBRARY_FORGETS_WATCHES("INV-13", Fault.RESET),
    /** PD-23. */
    SET_WATCHES_FROM_WRONG_ZXID("G-16", Fault.RESET),
    /** PD-24. */
    EXPIRED_WITHOUT_STALL_RULE("G-17", Fault.PAUSE),
    /** PD-24, of a loop: sessions end whose clients it could not hear. */
    EXPIRED_WITHOUT_ASKING_ALL_LOOPS("G-17", Fault.STARVED_LOOP),
    /** PD-25, as far as there is one server: after a start sessions have no more time than before it. */
    NO_FULL_TIMEOUT_AFTER_A_START("G-17", Fault.KILL),
    /** PD-28, as a client sees it. */
    MULTI_IN_PART("HC-2"),
    /** PD-29. */
    ERROR_FOR_WHAT_HAPPENED("HC-8"),
    /** PD-30. */
    CLIENT_RESENDS("HC-7", Fault.RESET),
    /** The client library says that nothing was sent of what may have happened. */
    LIBRARY_CALLS_DOUBT_NOTHING("G-10", Fault.RESET),
    /** The client library takes a session for alive that the server may have given up. */
    LIBRARY_TRUSTS_TOO_LONG("G-17", Fault.VANISH),
    /** The client library does not prove on a new connection what its user has on the one before. */
    LIBRARY_PROVES_SOMETHING_ELSE("SEC-20", Feature.LISTS, Fault.RESET),
    /** A session whose client is gone is kept, though not for ever. */
    SESSIONS_EXPIRE_LATE("HC-10", Fault.VANISH),
    /** PD-32. */
    WALL_CLOCK_FOR_EXPIRY("G-17", Fault.CLOCK_JUMP),
    /** PD-32, of nodes. */
    WALL_CLOCK_FOR_AGES("CLK-2", Fault.CLOCK_JUMP),
    /** Somebody has the rights of somebody else. */
    RIGHTS_OF_ANOTHER("HC-5", Feature.LISTS),
    QUOTAS_PASSED_OVER("HC-2", Feature.QUOTAS),
    /** A connection goes on behind what should have ended it. */
    BAD_FRAME_PASSED_OVER("BI-23", Feature.BAD_FRAMES),
    /** A client that was told of a change reads what was there before it. */
    READ_FROM_BEFORE_AN_EVENT("G-5"),
    /** A client that comes back to its session reads what was there before what it has read. */
    READ_FROM_BEFORE_A_RETURN("HC-4", Fault.RESET),
    ANSWERS_SWAPPED("HC-4"),
    SESSION_ID_REUSED("G-18", Fault.KILL),
    CLIENT_AHEAD_LET_IN("G-5", Fault.LIE, Fault.RESET),
    /** A session is given to whoever knows its number. */
    PASSWORD_NOT_COMPARED("BI-21", Fault.INTRUDER),
    /** Whoever claims to be a user is one. */
    WRONG_PROOF_BELIEVED("HC-5", Feature.LISTS, Feature.WRONG_PASSWORDS),
    /** What a client says last, before it closes its end, is not carried out. */
    LAST_WORD_LOST("G-18"),
    /** What a snapshot says of the tree, at its end, it says of the tree at its beginning. */
    DIGEST_OF_ANOTHER_ZXID("INV-8"),
    /** A snapshot holds something else than the tree, with seals that say it is what was written. */
    WRONG_SNAPSHOT_SEALED("INV-20", Fault.KILL),
    /** What ends a connection had to wait, the client leaves, and what it said behind that happens. */
    FORGETS_WHY_IT_WAITED("BI-23", Feature.BAD_FRAMES),
    FILES_NEVER_CLOSED("INV-16"),
    /** The server reads what it writes, and nobody else does. */
    LOG_OF_ANOTHER_VERSION("INV-20"),
    /** What a connection waited for is waited for when it has gone. */
    TIMERS_NEVER_FORGOTTEN("INV-16"),
    /** A restore is told of before it is durable. */
    RESTORE_NOT_SYNCED("G-12", Fault.RESTORE, Fault.POWER_CUT),
    /** Whoever says nothing stays, however many there are. */
    STRANGERS_WITHOUT_END("LIM-3", Scarcity.HANDSHAKES, Fault.STRANGER),
    READS_AHEAD_WITHOUT_END("INV-15", Feature.LONG_CONTENTS),
    INBOX_WITHOUT_END("INV-15", Scarcity.INBOX, Fault.STARVED_LOOP),
    /** Who does not read what waits for him is served on. */
    PATIENCE_WITHOUT_END("LIM-6", Scarcity.PATIENCE, Fault.SLOW_READER),
    TREE_WITHOUT_END("LIM-12", Scarcity.MEMORY),
    /** There is room in the tree, and nobody may use it. */
    TREE_FULL_TOO_SOON("LIM-12", Scarcity.MEMORY),
    /** A session owns as many nodes as it likes. */
    EPHEMERALS_WITHOUT_END("LIM-8", Scarcity.EPHEMERALS),
    /** A session may own one more, and may not. */
    EPHEMERALS_REFUSED_TOO_SOON("LIM-8", Scarcity.EPHEMERALS),
    TOO_MANY_REQUESTS_LET_IN("INV-15"),
    /** Clients hold as much as they like. */
    TOO_MANY_HELD("LIM-9", Scarcity.WATCHES),
    /** The machine does not keep what the server has in memory. */
    MEMORY_DAMAGED("DP-33");

    private final String rule;
    private final List<Trait> broughtOutBy;

    Defect(String rule, Trait... broughtOutBy) {
        this.rule = rule;
        this.broughtOutBy = List.of(broughtOutBy);
    }

    /** The rule that finds it. */
    String rule() {
        return rule;
    }

    /** What must go wrong, be done or be scarce for it to show. */
    List<Trait> broughtOutBy() {
        return broughtOutBy;
    }
}
