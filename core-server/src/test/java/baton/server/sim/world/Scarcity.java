package baton.server.sim.world;

/** Of what the server lets clients have little. Each seed turns some on. */
enum Scarcity implements Trait {
    /** LIM-3, LIM-4: room for those who have not asked for a session, and time. */
    HANDSHAKES,
    /** LIM-5: room for requests that wait for the writer. */
    QUEUE,
    /** Room for answers and events that wait for a loop. */
    INBOX,
    /** LIM-6: clients that do not read are given up soon. */
    PATIENCE,
    /** LIM-8: ephemeral nodes of a session. */
    EPHEMERALS,
    /** LIM-9: paths that a connection watches. */
    WATCHES,
    /** LIM-10. */
    SESSIONS,
    /** LIM-11: room in a list of children; there are long names to fill it. */
    LISTS,
    /** LIM-12: memory for the tree. */
    MEMORY,
    /** LIM-15: sessions that are opened at once. */
    OPENINGS
}
