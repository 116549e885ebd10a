package baton.etcd;

import baton.core.NodePath;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where an etcd cluster is, and below which key an application has its nodes.
 *
 * <pre>
 * etcd://host[:port][,host[:port]...][/namespace]      etcd://e1:2379,e2:2379,e3:2379/shop
 * </pre>
 *
 * The port is {@value #PORT_DEFAULT} unless given; an address of IP version 6 stands in brackets.
 *
 * @param members at least one; more are ways to the same cluster
 * @param namespace what all keys begin with, the root for nothing
 */
public record EtcdAddress(List<Member> members, NodePath namespace) {
    public static final int PORT_DEFAULT = 2379;
    public static final String SCHEME = "etcd";
    private static final String BEGIN = SCHEME + "://";

    public EtcdAddress {
        members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("an etcd address needs at least one member");
        }
    }

    /** One member of the cluster, as clients reach it. */
    public record Member(String host, int port) {
        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Reads an address.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static EtcdAddress parse(String text) {
        if (!text.startsWith(BEGIN)) {
            throw refused(text, "must begin with " + BEGIN);
        }
        String rest = text.substring(BEGIN.length());
        int slash = rest.indexOf('/');
        String hosts = slash < 0 ? rest : rest.substring(0, slash);
        String path = slash < 0 || slash == rest.length() - 1 ? "/" : rest.substring(slash);
        if (hosts.indexOf('@') >= 0) {
            // Not quoted: it may hold a password.
            throw new IllegalArgumentException("an etcd address takes no user and password: give them to the builder");
        }
        List<Member> members = new ArrayList<>();
        for (String each : hosts.split(",", -1)) {
            members.add(member(text, each.strip()));
        }
        try {
            return new EtcdAddress(members, NodePath.of(path));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("address \"" + text + "\": " + malformed.getMessage(), malformed);
        }
    }

    private static Member member(String text, String part) {
        int bracket = part.lastIndexOf(']');
        int colon = part.indexOf(':', Math.max(bracket, 0));
        String host = colon < 0 ? part : part.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty() || host.indexOf('[') >= 0 || host.indexOf(' ') >= 0) {
            throw refused(text, "\"" + part + "\" is no host or host:port");
        }
        return new Member(host, colon < 0 ? PORT_DEFAULT : port(text, part.substring(colon + 1)));
    }

    private static int port(String text, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException none) {
            // Told below.
        }
        throw refused(text, "port \"" + digits + "\" must be a number from 1 to 65535");
    }

    private static IllegalArgumentException refused(String text, String why) {
        return new IllegalArgumentException(
                "address \"" + text + "\": " + why + "; write etcd://host:port,host:port" + "/namespace");
    }

    @Override
    public String toString() {
        return members.stream().map(Member::toString).collect(Collectors.joining(",", BEGIN, ""))
                + (namespace.isRoot() ? "" : namespace);
    }
}
