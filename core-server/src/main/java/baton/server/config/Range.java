package baton.server.config;

/** The values a setting may have, for checking and for saying so. */
record Range(long first, long last, String unit) {
    static Range of(long first, long last, String unit) {
        return new Range(first, last, unit);
    }

    boolean contains(long value) {
        return value >= first && value <= last;
    }

    /** Refuses a value out of range, and names all three: setting, value, range. */
    void check(String name, long value) {
        if (!contains(value)) {
            throw new IllegalArgumentException(name + "=" + value + ": must be " + wanted(value));
        }
    }

    /** Returns what to have instead of a value that is none of these: the bound that it is beyond, if it is too large. */
    String wanted(long value) {
        return value > last && last == Integer.MAX_VALUE ? atMost() : toString();
    }

    @Override
    public String toString() {
        if (first == Integer.MIN_VALUE) {
            return atMost();
        }
        boolean open = last == Long.MAX_VALUE || last == Integer.MAX_VALUE;
        return (open ? "at least " + first : "from " + first + " to " + last) + suffix();
    }

    private String atMost() {
        return "at most " + last + suffix();
    }

    private String suffix() {
        return unit.isEmpty() ? "" : " " + unit;
    }
}
