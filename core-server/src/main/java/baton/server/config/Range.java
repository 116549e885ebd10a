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
            throw new IllegalArgumentException(name + "=" + value + ": must be " + this);
        }
    }

    @Override
    public String toString() {
        String suffix = unit.isEmpty() ? "" : " " + unit;
        if (last == Long.MAX_VALUE || last == Integer.MAX_VALUE) {
            return first == Integer.MIN_VALUE ? "of any size" : "at least " + first + suffix;
        }
        return first == Integer.MIN_VALUE ? "at most " + last + suffix : "from " + first + " to " + last + suffix;
    }
}
