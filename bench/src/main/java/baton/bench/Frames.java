package baton.bench;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Encoded requests to choose from. Confined to the loader's thread. */
final class Frames {
    private final List<Template> templates;
    private final Choice choice;

    /** Says which is next on a connection. */
    @FunctionalInterface
    interface Choice {
        /**
         * @param connection counted from 0
         * @param xid counted from 1 on each connection
         */
        int at(int connection, int xid);
    }

    private Frames(List<Template> templates, Choice choice) {
        this.templates = templates;
        this.choice = choice;
    }

    static Frames of(Template template) {
        return new Frames(List.of(template), (connection, xid) -> 0);
    }

    /** Any of those whose paths do not change, whatever was before. */
    static Frames random(List<byte[]> frames) {
        return chosen(
                frames.stream().map(Template::fixed).toList(),
                (connection, xid) -> ThreadLocalRandom.current().nextInt(frames.size()));
    }

    static Frames chosen(List<Template> templates, Choice choice) {
        return new Frames(templates, choice);
    }

    /** The next request with its xid patched in; valid until the next call. */
    byte[] next(int connection, int xid) {
        return templates.get(choice.at(connection, xid)).next(xid);
    }
}
