package baton.bench;

/** One thing that a trial measured. Less is better. */
record Figure(String what, double value, String unit) {}
