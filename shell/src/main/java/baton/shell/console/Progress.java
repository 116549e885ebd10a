package baton.shell.console;

import java.util.concurrent.TimeUnit;

/** Counts what a long command has done, and shows it now and then to who looks at a terminal. */
final class Progress implements AutoCloseable {
    private static final long SHOWN_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Output output;
    private final String doing;
    private long count;
    private long shownAt = System.nanoTime();

    /** @param doing such as {@code deleted} */
    Progress(Output output, String doing) {
        this.output = output;
        this.doing = doing;
    }

    void add(long more) {
        count += more;
        long now = System.nanoTime();
        if (now - shownAt >= SHOWN_EVERY_NANOS) {
            shownAt = now;
            output.progress(count + " nodes " + doing);
        }
    }

    long count() {
        return count;
    }

    @Override
    public void close() {
        output.progress("");
    }
}
