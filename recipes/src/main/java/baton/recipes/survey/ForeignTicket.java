package baton.recipes.survey;

import baton.core.Listing;
import baton.recipes.lock.LockTicket;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of somebody who stands in a line that neither this library nor Apache Curator made, see {@link Layout}.
 *
 * @param order the number at its end, which runs over into negative ones
 */
public record ForeignTicket(String name, Layout layout, Purpose purpose, int order) {
    private static final String SEQUENCE = "(?<order>\\d{10}|-\\d{9,10})";

    private static final List<Grammar> GRAMMARS = List.of(
            new Grammar(Layout.KAZOO, Purpose.LOCK, "[0-9a-f]{32}__lock__"),
            new Grammar(Layout.KAZOO, Purpose.READ, "[0-9a-f]{32}__rlock__"),
            new Grammar(Layout.GO, Purpose.LOCK, "_c_[0-9a-f]{32}-lock-"),
            new Grammar(Layout.ZOOKEEPER, Purpose.LOCK, "x-[0-9a-fA-F-]+-|(?!_c_)(.+-)?lock-"),
            new Grammar(Layout.ZOOKEEPER, Purpose.READ, "(?!_c_)(.+-)?read-"),
            new Grammar(Layout.ZOOKEEPER, Purpose.WRITE, "(?!_c_)(.+-)?write-"),
            new Grammar(Layout.ZOOKEEPER, Purpose.ELECTION, "(?!_c_)(.+-)?n_"));

    /** What somebody stands in line for. */
    public enum Purpose {
        LOCK,
        READ,
        WRITE,
        ELECTION
    }

    private record Grammar(Layout layout, Purpose purpose, Pattern name) {
        Grammar(Layout layout, Purpose purpose, String prefix) {
            this(layout, purpose, Pattern.compile("(" + prefix + ")" + SEQUENCE));
        }

        Optional<ForeignTicket> read(String given) {
            Matcher matcher = name.matcher(given);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            long order = Long.parseLong(matcher.group("order"));
            return order == (int) order
                    ? Optional.of(new ForeignTicket(given, layout, purpose, (int) order))
                    : Optional.empty();
        }
    }

    /** Reads a name; empty if it is none of these. */
    public static Optional<ForeignTicket> of(String name) {
        return GRAMMARS.stream().flatMap(each -> each.read(name).stream()).findFirst();
    }

    /** Says whether it stands in line for a lock. */
    public boolean isForLock() {
        return purpose != Purpose.ELECTION;
    }

    /** Returns those in a directory that are wanted, in the order of the line they stand in: one library's, the first's. */
    static List<ForeignTicket> inLine(Listing children, Predicate<ForeignTicket> wanted) {
        List<ForeignTicket> all = children.entries().stream()
                .flatMap(entry -> of(entry.name()).stream())
                .filter(wanted)
                .toList();
        if (all.isEmpty()) {
            return all;
        }
        // Numbers that run over have no first one: seen from any of them, half of all are behind it.
        int origin = all.get(0).order();
        return all.stream()
                .filter(each -> each.layout() == all.get(0).layout())
                .sorted(Comparator.comparingInt(each -> each.order() - origin))
                .toList();
    }

    /** What a lock makes of it. */
    LockTicket.Kind kind() {
        return switch (purpose) {
            case LOCK -> LockTicket.Kind.EXCLUSIVE;
            case READ -> LockTicket.Kind.READ;
            case WRITE -> LockTicket.Kind.WRITE;
            case ELECTION -> throw new IllegalStateException(name + " stands in no line for a lock");
        };
    }

    /** Whether there is no mistaking it; other names are only believed of nodes that vanish with a session. */
    boolean isUnmistakable() {
        return layout != Layout.ZOOKEEPER;
    }
}
