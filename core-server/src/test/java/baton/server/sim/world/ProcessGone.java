package baton.server.sim.world;

/** Ends what a process was doing when it died meanwhile. */
final class ProcessGone extends Error {
    private static final long serialVersionUID = 1L;
}
