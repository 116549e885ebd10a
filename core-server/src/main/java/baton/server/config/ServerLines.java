package baton.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lines {@code server.N=HOST:PORT:PORT[:ROLE][;[ADDRESS:]PORT]} of a file. What stands behind the semicolon is the port
 * for clients, and in files made for containers nothing else names it.
 */
final class ServerLines {
    static final String PREFIX = "server.";

    private static final String NUMBERED = "server\\.\\d+";
    private static final String HOST = "(\\[[^\\[\\]]+]|[^:;|\\[\\]\\s]+)";
    private static final String AMONG_SERVERS = HOST + ":\\d+:\\d+(:(?i:participant|observer))?";

    /** A server may have more than one address, parted by strokes; one behind the last is passed over, as by others. */
    private static final String FORM = AMONG_SERVERS + "(\\|" + AMONG_SERVERS + ")*\\|*(\\s*;.*)?";

    private static final String PORT = "clientPort";
    private static final String ADDRESS = "clientPortAddress";

    private ServerLines() {}

    /**
     * Returns the lines and, if none of them is about the port for clients but a server names it, lines that say the same, as
     * if they stood in its place.
     */
    static List<ConfigLine> withClientPort(List<ConfigLine> lines) {
        if (states(lines, PORT)) {
            return lines;
        }
        for (ConfigLine each : lines) {
            Optional<String> named = each.key().startsWith(PREFIX) ? clients(each.value()) : Optional.empty();
            if (named.isPresent()) {
                return with(lines, each.origin(), named.get());
            }
        }
        return lines;
    }

    private static List<ConfigLine> with(List<ConfigLine> lines, Origin origin, String named) {
        List<ConfigLine> all = new ArrayList<>(lines);
        all.add(new ConfigLine(origin, PORT, port(named)));
        if (!address(named).isEmpty() && !states(lines, ADDRESS)) {
            all.add(new ConfigLine(origin, ADDRESS, address(named)));
        }
        return all;
    }

    /** Notes ensembles, which there are none of yet, and a server whose clients are to come to two ports. */
    static void check(ConfigValues values) {
        List<String> servers = values.keys(PREFIX);
        if (servers.size() > 1) {
            values.problem(
                    servers.get(1),
                    "ensembles are not supported yet; leave one of the lines " + String.join(", ", servers)
                            + " at most, to run standalone");
            return;
        }
        String stated = values.text(PORT, "");
        for (String each : servers) {
            String server = values.text(each, "");
            Optional<String> named = clients(server);
            if (!each.matches(NUMBERED) || !server.matches(FORM)) {
                values.problem(each, "must have the form server.N=HOST:PORT:PORT[:ROLE][;[ADDRESS:]PORT]");
            } else if (named.isPresent() && !port(named.get()).equals(stated)) {
                values.problem(
                        each, "names another port for clients than " + PORT + "=" + stated + ": remove one of the two");
            }
        }
    }

    private static boolean states(List<ConfigLine> lines, String key) {
        for (ConfigLine each : lines) {
            if (each.key().equals(key)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> clients(String server) {
        int semicolon = server.indexOf(';');
        return semicolon < 0
                ? Optional.empty()
                : Optional.of(server.substring(semicolon + 1).strip());
    }

    private static String port(String clients) {
        return clients.substring(clients.lastIndexOf(':') + 1);
    }

    /** Returns the address without the brackets of IPv6, empty for all interfaces. */
    private static String address(String clients) {
        String address = clients.substring(0, Math.max(0, clients.lastIndexOf(':')));
        return address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
    }
}
