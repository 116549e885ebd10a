package baton.shell.console;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Whether a change may go on: what needs a yes, and who may say it. Used by the main thread alone. */
final class Consent {
    /** More nodes than this are not deleted before a person has said yes. */
    static final int NODES_UNASKED_MAX = 10;

    private final ShellSettings.Care care;
    private final ShellSettings.Badge badge;
    private @Nullable Predicate<String> person;

    /** Who has to say that something that cannot be undone may go on. */
    enum Unasked {
        /** A person, if there is one: scripts go on, as they do with Apache's shell. */
        GOES_ON,
        /** A person, or the script. */
        NEEDS_YES
    }

    Consent(ShellSettings settings) {
        this.care = settings.care();
        this.badge = settings.badge();
    }

    /** Asks a person before what cannot be undone. */
    void askWith(Predicate<String> asking) {
        person = asking;
    }

    /** @throws CommandRefusedException if this shell is to change nothing */
    void requireWritable(String path) {
        if (care == ShellSettings.Care.READ_ONLY) {
            throw new CommandRefusedException("ReadOnly", path, "this profile is read-only: nothing was changed");
        }
    }

    /** Whether a change to so many nodes, the first of them at the path, is to be confirmed. */
    boolean confirms(long nodes, String path, Arguments arguments) {
        return !arguments.has("yes")
                && (nodes > NODES_UNASKED_MAX || ExportVerb.isReserved(path) || care == ShellSettings.Care.EXPLICIT);
    }

    /** Goes on unless what is there may be changed after an express yes only; usually a single change needs none. */
    void confirmIfCareful(String question, Arguments arguments) {
        if (care == ShellSettings.Care.EXPLICIT && !arguments.has("yes")) {
            confirm(question, Unasked.NEEDS_YES);
        }
    }

    /**
     * Goes on if somebody wants that.
     *
     * @param question what is about to happen, such as {@code delete 12 nodes}
     * @throws CommandRefusedException if not
     */
    void confirm(String question, Unasked unasked) {
        Predicate<String> asking = person;
        if (care == ShellSettings.Care.EXPLICIT || asking == null && unasked == Unasked.NEEDS_YES) {
            String place = badge.name().isEmpty() ? "" : "this is " + badge.name() + ": ";
            throw new CommandRefusedException(
                    "NotConfirmed", null, place + "to " + question + ", add --yes; nothing was changed");
        }
        if (asking != null && !asking.test(question + "?")) {
            throw new CommandRefusedException("NotConfirmed", null, "not confirmed, nothing was changed");
        }
    }
}
