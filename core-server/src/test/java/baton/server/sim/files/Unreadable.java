package baton.server.sim.files;

/** What is there is not what the description of the formats allows. */
public final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    Unreadable(String what) {
        super(what);
    }

    static void require(boolean isSo, String what, Object... values) throws Unreadable {
        if (!isSo) {
            throw new Unreadable(String.format(what, values));
        }
    }
}
