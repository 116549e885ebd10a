package baton.server.sim.history;

/** A promise was broken. */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String rule;

    /**
     * @param rule the id of the promise, such as {@code G-12}
     * @param facts what shows it
     */
    public Violation(String rule, String facts) {
        super(rule + ": " + facts);
        this.rule = rule;
    }

    public String rule() {
        return rule;
    }

    static void check(boolean kept, String rule, String format, Object... facts) {
        if (!kept) {
            throw new Violation(rule, String.format(format, facts));
        }
    }
}
