package baton.server.sim.history;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.Permission;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who asks: from which address, and as which users it has proved itself on its connection by then. Knows what lists allow
 * it, by the words of {@code client-protocol.md} section 7; shares no code with the server.
 *
 * @param address an IPv4 address
 * @param ids what it is called in lists, by scheme
 * @param isSuper whether it stands above all lists
 */
public record Caller(String address, List<ClientIdentity> ids, boolean isSuper) {
    /** What proves that somebody stands above the lists of a simulated server. */
    public static final String SUPER_PROOF = "super:simulated";

    private static final Pattern USER = Pattern.compile("username=\"(\\w+)\"");

    public Caller {
        ids = List.copyOf(ids);
    }

    /** Makes somebody of whom nothing but the address is known. */
    public static Caller from(String address) {
        return new Caller(address, List.of(), false);
    }

    /** Returns what lists call the user who knows that password. */
    public static String idOf(String userAndPassword) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(userAndPassword.getBytes(StandardCharsets.UTF_8));
            return userOf(userAndPassword) + ":" + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** Returns what somebody is called who asks who it is, and has proved to be that user. */
    public static ClientIdentity shown(String userAndPassword) {
        return new ClientIdentity("digest", userOf(userAndPassword));
    }

    private static String userOf(String id) {
        return id.substring(0, id.indexOf(':'));
    }

    /** Returns the same, proved to be one user more. */
    public Caller proving(String userAndPassword) {
        return also("digest", idOf(userAndPassword), isSuper || userAndPassword.equals(SUPER_PROOF));
    }

    /** Returns the same with what a token of a login proves, which only the second one does. */
    public Caller loggingIn(@Nullable Bytes token) {
        Matcher user = USER.matcher(token == null ? "" : token.utf8());
        return user.find() ? also("sasl", user.group(1), isSuper) : this;
    }

    private Caller also(String scheme, String id, boolean isSuperNow) {
        LinkedHashSet<ClientIdentity> more = new LinkedHashSet<>(ids);
        more.add(new ClientIdentity(scheme, id));
        return new Caller(address, List.copyOf(more), isSuperNow);
    }

    /** Says whether a list allows it what one of the permissions is for. */
    boolean may(List<Acl> acl, int permissions) {
        return isSuper || acl.stream().anyMatch(each -> (each.permissions() & permissions) != 0 && isMeant(each));
    }

    private boolean isMeant(Acl entry) {
        return switch (entry.scheme()) {
            case "world" -> true;
            case "digest", "sasl" -> ids.contains(new ClientIdentity(entry.scheme(), entry.id()));
            case "ip" -> isWithin(entry.id());
            default -> false;
        };
    }

    private boolean isWithin(String network) {
        int slash = network.indexOf('/');
        int bits = slash < 0 ? 32 : Integer.parseInt(network.substring(slash + 1));
        String base = slash < 0 ? network : network.substring(0, slash);
        return bits == 0 || (number(base) ^ number(address)) >>> 32 - bits == 0;
    }

    private static int number(String ipv4) {
        int number = 0;
        for (String each : ipv4.split("\\.")) {
            number = number << 8 | Integer.parseInt(each);
        }
        return number;
    }

    /** Returns what is stored of a list that it sends; null if that is no list. */
    @Nullable
    List<Acl> stored(List<Acl> sent) {
        List<Acl> stored = new ArrayList<>();
        for (Acl each : new LinkedHashSet<>(sent)) {
            boolean isValid = switch (each.scheme()) {
                case "world" -> stored.add(each);
                case "digest" -> each.id().split(":").length == 2 && stored.add(each);
                case "ip", "sasl" -> stored.add(each);
                case "auth" -> {
                    ids.forEach(id -> stored.add(new Acl(each.permissions(), id.scheme(), id.user())));
                    yield !ids.isEmpty();
                }
                default -> false;
            };
            if (!isValid) {
                return null;
            }
        }
        return stored.isEmpty() ? null : stored;
    }

    /** Returns what it is shown of a list. */
    List<Acl> shown(List<Acl> acl) {
        if (may(acl, Permission.ADMIN)) {
            return acl;
        }
        return acl.stream()
                .map(each -> each.scheme().equals("digest")
                        ? new Acl(each.permissions(), "digest", userOf(each.id()) + ":x")
                        : each)
                .toList();
    }

    /** Returns what it is told when it asks who it is. */
    List<ClientIdentity> identities() {
        List<ClientIdentity> identities = new ArrayList<>();
        identities.add(new ClientIdentity("ip", address));
        ids.forEach(each -> identities.add(
                each.scheme().equals("digest") ? new ClientIdentity("digest", userOf(each.user())) : each));
        if (isSuper) {
            identities.add(new ClientIdentity("super", ""));
        }
        return identities;
    }
}
