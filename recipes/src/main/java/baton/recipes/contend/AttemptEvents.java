package baton.recipes.contend;

import baton.recipes.RevocationRequest;

/** Hears of one attempt while it is not over, on its strand. */
interface AttemptEvents {
    /** Nobody who counts is before its ticket. */
    void first();

    /** So many who count are before its ticket, and the nearest is watched. */
    void waiting(int before);

    /** Whether its holder is giving the ticket back: that it goes is no news then. */
    boolean isGivenBack();

    /** Its ticket is not there any more. */
    void gone();

    /** Its session is over. */
    void sessionOver();

    /** Somebody asks it to let go. */
    void asked(RevocationRequest request);

    /** The store refuses it for good. */
    void refused(Throwable failure);
}
