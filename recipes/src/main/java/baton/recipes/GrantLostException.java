package baton.recipes;

/** What was held is held no more. Stop, and do not repeat what was done under the grant without asking again. */
public class GrantLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Grant grant;

    public GrantLostException(Grant grant) {
        super("no longer held: " + grant.ticketPath() + ", token "
                + grant.token().value() + ", state " + grant.state());
        this.grant = grant;
    }

    public Grant grant() {
        return grant;
    }
}
