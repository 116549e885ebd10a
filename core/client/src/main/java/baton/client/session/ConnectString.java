package baton.client.session;

import baton.protocol.PathRules;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code host[:port][,host[:port]...][/chroot]}: which servers to try, and below which node all paths lie.
 *
 * <p>A numeric IPv6 address stands in brackets. The port is {@value ServerAddress#PORT_DEFAULT} unless given.
 *
 * @param chroot absolute path without a slash at its end; empty for none
 */
public record ConnectString(List<ServerAddress> servers, String chroot) {
    public ConnectString {
        servers = List.copyOf(servers);
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("a connect string needs at least one server");
        }
    }

    /**
     * Parses a connect string.
     *
     * @throws IllegalArgumentException saying which part is wrong and what would be right
     */
    public static ConnectString parse(String text) {
        int slash = text.indexOf('/');
        String hosts = slash < 0 ? text : text.substring(0, slash);
        List<ServerAddress> servers = new ArrayList<>();
        for (String each : hosts.split(",", -1)) {
            if (each.isBlank()) {
                throw refused(text, "empty server address: expected host[:port][,host[:port]...][/chroot]");
            }
            servers.add(server(text, each.strip()));
        }
        return new ConnectString(servers, slash < 0 ? "" : chroot(text, text.substring(slash)));
    }

    private static ServerAddress server(String text, String part) {
        int colon;
        String host;
        if (part.startsWith("[")) {
            int bracket = part.indexOf(']');
            if (bracket < 0) {
                throw refused(text, "\"" + part + "\" lacks the closing ]");
            }
            host = part.substring(1, bracket);
            colon = bracket + 1 == part.length() ? -1 : bracket + 1;
            if (colon >= 0 && part.charAt(colon) != ':') {
                throw refused(text, "\"" + part + "\" needs a : between ] and the port");
            }
        } else {
            colon = part.indexOf(':');
            if (colon != part.lastIndexOf(':')) {
                throw refused(text, "\"" + part + "\" has more than one colon: write IPv6 as [address]:port");
            }
            host = colon < 0 ? part : part.substring(0, colon);
        }
        if (host.isEmpty()) {
            throw refused(text, "\"" + part + "\" lacks a host");
        }
        return new ServerAddress(host, colon < 0 ? ServerAddress.PORT_DEFAULT : port(text, part.substring(colon + 1)));
    }

    private static int port(String text, String digits) {
        int port;
        try {
            port = Integer.parseInt(digits);
        } catch (NumberFormatException notANumber) {
            throw refused(text, "port \"" + digits + "\" is not a number");
        }
        if (port < 1 || port > 65535) {
            throw refused(text, "port " + port + " must be 1 to 65535");
        }
        return port;
    }

    private static String chroot(String text, String path) {
        if (path.equals("/")) {
            return "";
        }
        PathRules.violation(path).ifPresent(violation -> {
            throw refused(text, "chroot \"" + path + "\" " + violation);
        });
        return path;
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException("connect string \"" + text + "\": " + why);
    }

    @Override
    public String toString() {
        return servers.stream().map(ServerAddress::toString).collect(Collectors.joining(",")) + chroot;
    }
}
