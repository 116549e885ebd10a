package baton.client;

import baton.core.Listing;
import baton.core.Ordering;
import baton.core.Place;
import baton.protocol.SequenceSuffix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The names of ordered entries on a znode core.
 *
 * <pre>
 * ticket   _c_&lt;uuid&gt;-&lt;label&gt;&lt;sequence&gt;     _c_2f5ab7d1-...-lock-0000000007
 * record   &lt;label&gt;&lt;uuid&gt;-&lt;sequence&gt;        task-2f5ab7d1-...-0000000007
 * </pre>
 *
 * <p>The server appends the sequence: a signed 32-bit counter in at least ten characters, padded with zeros behind the
 * sign. Ten digits are a positive one, a minus and nine digits or more a negative one. Where a label ends in a minus and
 * ten digits follow, both readings are possible; the minus then belongs to the label if a letter or digit stands before
 * it ({@code lock-2147483645}) and is a sign otherwise ({@code lock--2147483645}, {@code __READ__-2147483645}).
 */
final class EntryNames {
    private static final String TICKET = "_c_";
    private static final int UUID_CHARS = 36;
    private static final int DIGITS = 10;
    private static final int ORDER_BITS = 32;

    private EntryNames() {}

    /** The name to which the server appends its sequence. */
    static String prefix(Ordering ordering, UUID attempt) {
        return switch (ordering.shape()) {
            case TICKET -> TICKET + attempt + "-" + ordering.label();
            case RECORD -> ordering.label() + attempt + "-";
        };
    }

    /** Where a name puts its entry; empty if it is not the name of an ordered entry. */
    static Optional<Place> place(String name) {
        return Optional.ofNullable(name.startsWith(TICKET) ? ticket(name) : record(name));
    }

    /** Lists names as {@link Listing} wants them. */
    static Listing listing(List<String> names, long dirRev) {
        List<Listing.Entry> entries = new ArrayList<>(names.size());
        for (String name : names) {
            entries.add(new Listing.Entry(name, place(name)));
        }
        entries.sort(byOrder(entries));
        return new Listing(entries, dirRev);
    }

    // Serial numbers have no first one. Seen from any of them, all within half the circle are ordered by their
    // distance.
    private static Comparator<Listing.Entry> byOrder(List<Listing.Entry> entries) {
        int origin = entries.stream()
                .flatMap(entry -> entry.place().stream())
                .mapToInt(place -> (int) place.order())
                .findFirst()
                .orElse(0);
        return Comparator.<Listing.Entry>comparingInt(entry -> entry.place().isPresent() ? 0 : 1)
                .thenComparingInt(entry ->
                        entry.place().map(place -> (int) place.order() - origin).orElse(0))
                .thenComparing(Listing.Entry::name);
    }

    private static @Nullable Place ticket(String name) {
        int labelStart = TICKET.length() + UUID_CHARS + 1;
        int orderStart = ticketOrderStart(name);
        if (orderStart <= labelStart || name.charAt(labelStart - 1) != '-') {
            return null;
        }
        UUID attempt = uuid(name, TICKET.length());
        Integer order = order(name, orderStart);
        return attempt == null || order == null
                ? null
                : new Place(name.substring(labelStart, orderStart), attempt, order, ORDER_BITS);
    }

    private static int ticketOrderStart(String name) {
        int start = name.length() - DIGITS;
        if (start < 2 || !isDigit(name.charAt(start)) || name.charAt(start - 1) != '-') {
            return start;
        }
        boolean labelEndsHere = Character.isLetterOrDigit(name.charAt(start - 2));
        // A number above 2^31-1 is none, whatever stands before it.
        return labelEndsHere && order(name, start) != null || order(name, start - 1) == null ? start : start - 1;
    }

    private static @Nullable Place record(String name) {
        for (int orderChars = DIGITS; orderChars <= DIGITS + 1; orderChars++) {
            int orderStart = name.length() - orderChars;
            int uuidStart = orderStart - 1 - UUID_CHARS;
            if (uuidStart < 1 || name.charAt(orderStart - 1) != '-') {
                continue;
            }
            UUID attempt = uuid(name, uuidStart);
            Integer order = order(name, orderStart);
            if (attempt != null && order != null) {
                return new Place(name.substring(0, uuidStart), attempt, order, ORDER_BITS);
            }
        }
        return null;
    }

    /** Reads the rest of a name as a sequence; null if it is not exactly what a server appends. */
    private static @Nullable Integer order(String name, int start) {
        boolean negative = name.charAt(start) == '-';
        long value = 0;
        for (int at = negative ? start + 1 : start; at < name.length(); at++) {
            if (!isDigit(name.charAt(at))) {
                return null;
            }
            value = value * 10 + (name.charAt(at) - '0');
        }
        value = negative ? -value : value;
        boolean canonical =
                value == (int) value && name.substring(start).equals(SequenceSuffix.append("", (int) value));
        return canonical ? (int) value : null;
    }

    private static @Nullable UUID uuid(String name, int start) {
        for (int at = 0; at < UUID_CHARS; at++) {
            char c = name.charAt(start + at);
            boolean dash = at == 8 || at == 13 || at == 18 || at == 23;
            if (dash ? c != '-' : Character.digit(c, 16) < 0 || c > 'f') {
                return null;
            }
        }
        return UUID.fromString(name.substring(start, start + UUID_CHARS));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
