package baton.server.sim.world;

/** What clients do besides reading and writing. Each seed turns some of it on. */
enum Feature implements Trait {
    /** They prove who they are, and guard nodes with access control lists. */
    LISTS,
    /** They put quotas on two subtrees, and the server enforces them. */
    QUOTAS,
    /** They send what is no request, in the middle of a session. */
    BAD_FRAMES,
    /** They log in by name and password, without telling the password. */
    LOGINS,
    /** They say which ensemble they look for. */
    CALLS,
    /** Some of the passwords by which they log in or prove themselves are wrong. */
    WRONG_PASSWORDS,
    /** What they write is long, so that requests which wait fill all there is room for. */
    LONG_CONTENTS,
    /** There is so much in the tree that others go on in the middle of a snapshot. */
    BULK,
    /** They ask for one list again and again, so that sockets take it from where it is kept. */
    LISTING,
    /** Some of them use our client library. Always so, but for runs that were kept before they could. */
    LIBRARY,
    /** Thousands of nodes that nobody looks at, so that snapshots, starts and recounts take their time. */
    COLD_TREE,
    /** There is a node whose data is as long as a request may be. */
    HUGE_CONTENTS;

    /** Says whether it takes no more time than anything else. */
    boolean isCheap() {
        return this != COLD_TREE && this != HUGE_CONTENTS;
    }
}
