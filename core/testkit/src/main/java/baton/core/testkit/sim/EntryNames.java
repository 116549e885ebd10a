package baton.core.testkit.sim;

import baton.core.Ordering;
import baton.core.Place;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of ordered entries, as a znode core writes and reads them. */
final class EntryNames {
    private static final String ID = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})";
    private static final Pattern TICKET = Pattern.compile("_c_" + ID + "-(.+)");
    private static final Pattern RECORD = Pattern.compile("(.+)" + ID + "-(-?[0-9]{9,10})");

    private EntryNames() {}

    static String of(Ordering ordering, UUID attempt, int sequence) {
        String number = String.format(Locale.ROOT, "%010d", sequence);
        return ordering.shape() == Ordering.Shape.TICKET
                ? "_c_" + attempt + "-" + ordering.label() + number
                : ordering.label() + attempt + "-" + number;
    }

    static Optional<Place> place(String name) {
        Matcher ticket = TICKET.matcher(name);
        if (ticket.matches()) {
            return ticketPlace(UUID.fromString(ticket.group(1)), ticket.group(2));
        }
        Matcher row = RECORD.matcher(name);
        return row.matches()
                ? sequence(row.group(3)).map(order -> new Place(row.group(1), UUID.fromString(row.group(2)), order, 32))
                : Optional.empty();
    }

    /** The sequence is ten digits, or a minus and nine or ten; a label ends with a letter, {@code -} or {@code _}. */
    private static Optional<Place> ticketPlace(UUID attempt, String rest) {
        int digits = rest.length();
        while (digits > 0 && Character.isDigit(rest.charAt(digits - 1))) {
            digits--;
        }
        boolean negative = digits > 1
                && rest.charAt(digits - 1) == '-'
                && (rest.charAt(digits - 2) == '-' || rest.length() - digits == 9);
        int start = negative ? digits - 1 : digits;
        return start == 0
                ? Optional.empty()
                : sequence(rest.substring(start)).map(order -> new Place(rest.substring(0, start), attempt, order, 32));
    }

    private static Optional<Integer> sequence(String digits) {
        try {
            return digits.length() < 10 ? Optional.empty() : Optional.of(Integer.parseInt(digits));
        } catch (NumberFormatException foreign) {
            return Optional.empty();
        }
    }
}
