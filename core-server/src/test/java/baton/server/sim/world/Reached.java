package baton.server.sim.world;

/** States worth testing; seeds that never get there test nothing. */
enum Reached {
    POWER_CUT,
    /** ST-30, as far as there is one server. */
    POWER_CUT_DURING_A_COMMIT,
    KILLED,
    DIED_IN_A_CALL,
    DIED_IN_A_TURN,
    /** Some of the effects of a transaction had left the writer. */
    DIED_IN_A_HAND_OVER,
    DIED_WHILE_RECOVERING,
    STOPPED_AND_STARTED,
    /** ST-19. */
    TORN_END_CUT,
    /** ST-24. */
    HALTED_BY_THE_DISK,
    /** A call to the disk failed that was no sync. */
    CALL_FAILED,
    READ_FAILED,
    /** DP-29. */
    HALTED_BY_A_DISK_TO_BE_READ,
    /** A sync found no space. */
    HALTED_BY_A_FULL_DISK_AT_SYNC,
    /** Somebody was answered while the log waited for a sync. */
    ANSWERED_DURING_A_SYNC,
    KILLED_IN_A_STUCK_SYNC,
    /** DP-18. */
    HALTED_BY_A_STUCK_DISK,
    /** ST-15: what a reader had just looked at was changed before it answered. */
    CHANGED_BEHIND_A_READER,
    CHANGED_DURING_A_READ,
    READER_AT_A_CLOSED_GATE,
    /** What the writer had decided first was logged before it had decided the rest. */
    LOGGED_DURING_A_TURN,
    LONE_CHANGE_WRITTEN,
    /** The sequencer had its turns on the only loop. */
    SEQUENCER_ON_LOOP,
    /** ST-25. */
    RESERVE_TAKEN,
    NEXT_LOG_TAKEN,
    REFUSED_FOR_SPACE,
    /** ST-38: a log was begun, and nobody knows yet that there is such a file. */
    DIED_WITH_A_NEW_LOG,
    /** ST-21. */
    OLDER_SNAPSHOT_USED,
    /** ST-35. */
    PURGED_BESIDE_A_DAMAGED_SNAPSHOT,
    /** ST-22. */
    ALL_SNAPSHOTS_UNREADABLE,
    ROT_REFUSED,
    ROT_HARMLESS,
    /** DP-26: a file with which the server was done had decayed, and it took a snapshot. */
    DECAY_FOUND_BY_READING_AGAIN,
    WRITES_WHILE_FILES_ARE_READ_AGAIN,
    SNAPSHOT_WRITTEN,
    SNAPSHOT_FOR_AN_OPERATOR,
    /** All that the server held was replaced by an older state, and clients went on with that. */
    RESTORED,
    /** The process died in a restore, and the next found the state of before, or the new one. */
    RESTORE_CUT_OFF,
    RESTORE_FINISHED_BY_THE_NEXT_START,
    DAMAGED_STATE_NOT_RESTORED,
    WRITES_WHILE_A_RESTORE_IS_PREPARED,
    DIED_WHILE_A_RESTORE_IS_PREPARED,
    WRITES_DURING_A_SNAPSHOT,
    /** DP-33: all nodes were counted anew, and transactions were applied meanwhile. */
    WRITES_DURING_A_RECOUNT,
    /** ST-34: some nodes were written, and some were not. */
    WRITES_IN_THE_MIDDLE_OF_A_SNAPSHOT,
    SESSION_EXPIRED,
    SESSION_TAKEN_UP_AGAIN,
    /** ST-12: a client came back when the end of its session was decided and not yet done. */
    RETURNED_TO_AN_ENDING_SESSION,
    /** ST-10: something came over a connection whose client had another one already. */
    DELIVERED_BY_THE_OLD_CONNECTION,
    /** ST-11: a write happened whose client had come back for its session already. */
    MOVED_WITH_A_WRITE_IN_FLIGHT,
    /** Nobody answered a client that dialed, or not for long. */
    DIALED_IN_VAIN,
    /** ST-14. */
    IN_DOUBT_AND_DONE,
    /** A session of the client library was reachable again. */
    LIBRARY_CAME_BACK,
    LIBRARY_SET_WATCHES_AGAIN,
    LIBRARY_IN_DOUBT,
    /** The client library asked for nothing that its user wanted, for it had no connection. */
    LIBRARY_SENT_NOTHING,
    /** An answer was longer than the user of the client library wanted. */
    LIBRARY_REFUSED_A_FRAME,
    LIBRARY_ENDED,
    LIBRARY_ABANDONED,
    LIBRARY_EXPIRED,
    LIBRARY_GAVE_UP,
    /** A client ended its session and closed its end without waiting for the answer. */
    WENT_WITHOUT_WAITING,
    /** ST-17. */
    CHANGE_FOUND_BY_SET_WATCHES,
    /** ST-33. */
    PAUSED_LONGER_THAN_A_SESSION,
    CLIENT_AHEAD_TURNED_AWAY,
    STRANGER_CUT_OFF,
    INTRUDER_TURNED_AWAY,
    /** Bits had flipped in what somebody said: his connection was closed, */
    NOISE_CUT_OFF,
    /** or taken for something that he might have said. */
    NOISE_ANSWERED,
    /** The server did not run for hours. */
    OUTAGE,
    WATCH_FIRED,
    /** Of a connection over which no answer was on its way, what the server held was noted. */
    WATCHES_COMPARED,
    /** Likewise, and compared with what the user of the client library wants. */
    LIBRARY_WATCHES_COMPARED,
    /** ST-16: what fires a watch was decided already when that was set. */
    WATCH_SET_BESIDE_ITS_TRIGGER,
    LOGGED_IN,
    LOGIN_REFUSED,
    /** A client called the ensemble by its name, or none. */
    ENSEMBLE_CALLED,
    /** A client called another, and was turned away. */
    ANOTHER_ENSEMBLE_CALLED,
    /** A list said that the one who watched may not know. */
    EVENT_KEPT_BACK,
    REFUSED_FOR_WANT_OF_A_RIGHT,
    REFUSED_BY_A_QUOTA,
    QUOTA_INSIDE_A_QUOTA,
    /** LIM-3: somebody came, and who had said nothing for longest had to go. */
    TURNED_OUT_FOR_ANOTHER,
    /** LIM-5. */
    REQUEST_HELD_BACK,
    WRITERS_QUEUE_FULL,
    /** So many requests of one client waited that no more was read. */
    READ_AHEAD_FULL,
    /** A loop had so much to do that nobody's requests were taken. */
    LOOP_BEHIND,
    /** LIM-6. */
    GIVEN_UP_FOR_NOT_READING,
    /** LIM-8. */
    EPHEMERAL_TOO_MANY,
    EPHEMERAL_TOO_MANY_IN_A_MULTI,
    /** LIM-9. */
    WATCH_TOO_MANY,
    /** LIM-10. */
    SESSION_TOO_MANY,
    /** LIM-11. */
    LIST_TOO_LONG,
    /** A socket took a list from where it is kept. */
    LIST_LENT,
    /** LIM-12. */
    TREE_TOO_LARGE,
    /** LIM-15: so many wanted sessions at once that some would have had to wait too long. */
    SESSION_TOO_SOON,
    CUT_OFF_FOR_A_BAD_FRAME,
    /** LIM-1. */
    FRAME_TOO_LONG,
    REFUSED_AS_UNREADABLE,
    CONTAINER_VANISHED,
    /** ST-29: transactions have filled the lower half of the zxid, and went on in the upper one. */
    COUNTER_OF_ZXIDS_FULL
}
