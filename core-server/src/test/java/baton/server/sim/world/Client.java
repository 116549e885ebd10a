package baton.server.sim.world;

import baton.protocol.Request;
import org.jspecify.annotations.Nullable;

/** One of those who use the server: what it can be asked to do, and what may be done to it. */
interface Client {
    // What it does.

    void ask(Request request);

    /** Sends a request without its end, if it can. */
    void askInPart(Request request);

    void sayGoodbye(Deed.SayGoodbye how);

    void logIn(Deed.LogIn how);

    void sayWrong(BadFrame frame);

    void goWrong();

    /** Asks for more than its machine takes in if it does not read. */
    void askForMuch();

    // What is done to it.

    /** Returns its session, 0 if it has none. */
    long session();

    /** Returns the connection over which it is served; null if it is not. */
    @Nullable
    Wire wire();

    /** Gives the connection up; nobody knows what becomes of what was sent. */
    void drop();

    /** Loses the connection without a word to the server, and knows it. */
    void vanish();

    /** Lets nobody answer when it dials in that time: never, or as soon as it is over. */
    void unanswered(long nanos, boolean late);

    /** Asks for nothing more than what must be granted when nothing is wrong any more. */
    void settle();

    /** Says whether it was granted that, and waits for nothing. */
    boolean isSettled();

    /** Says whether it was refused that, for there was said to be no space. */
    boolean isRefusedForSpace();

    /** Is never heard of again. */
    void leave();
}
