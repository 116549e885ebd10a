package baton.shell.console;

import baton.protocol.Acl;
import baton.protocol.Permission;
import baton.shell.exit.ExitCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Access control lists as the shell takes and prints them: {@code scheme:id:permissions}, separated by commas. */
final class AclText {
    private AclText() {}

    /**
     * A comma may end the list.
     *
     * @throws WrongUsageException if the text is no such list
     */
    static List<Acl> parse(String text) {
        List<Acl> acl = new ArrayList<>();
        for (String entry : text.replaceFirst(",$", "").split(",", -1)) {
            acl.add(entry(entry));
        }
        return acl;
    }

    private static Acl entry(String text) {
        int first = text.indexOf(':');
        int last = text.lastIndexOf(':');
        if (first < 1 || first == last) {
            throw new WrongUsageException(text + " does not have the form scheme:id:perm");
        }
        try {
            int permissions = Permission.parse(text.substring(last + 1));
            return new Acl(permissions, text.substring(0, first), text.substring(first + 1, last));
        } catch (IllegalArgumentException unknownLetter) {
            throw new WrongUsageException(String.valueOf(unknownLetter.getMessage()));
        }
    }

    /**
     * Refuses to take a list over to another node if it is not the one in force: a server shows those who may not
     * administer a node {@code x} in the place of a password's digest.
     *
     * @param path of the node whose list it is
     * @throws CommandRefusedException if it is masked
     */
    static List<Acl> requireUnmasked(String path, List<Acl> acl) {
        if (isMasked(acl)) {
            throw new CommandRefusedException(
                    ExitCode.DENIED,
                    "Masked",
                    path,
                    "rights of " + path + " are masked: addauth first, as who may administer it");
        }
        return acl;
    }

    /** Whether there is a password's digest in the list of which the server showed {@code x} only. */
    static boolean isMasked(List<Acl> acl) {
        return acl.stream()
                .anyMatch(each -> each.scheme().equals("digest") && each.id().endsWith(":x"));
    }

    /** Two lines an entry: who, and what they may. */
    static String format(List<Acl> acl) {
        List<String> lines = new ArrayList<>();
        for (Acl each : acl) {
            lines.add("'" + each.scheme() + ",'" + each.id());
            lines.add(": " + Permission.format(each.permissions()));
        }
        return String.join(System.lineSeparator(), lines);
    }

    /** Returns an object an entry, for scripts. */
    static List<Map<String, Object>> fields(List<Acl> acl) {
        List<Map<String, Object>> entries = new ArrayList<>();
        for (Acl each : acl) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("scheme", each.scheme());
            entry.put("id", each.id());
            entry.put("permissions", Permission.format(each.permissions()));
            entries.add(entry);
        }
        return entries;
    }

    /** Reads what {@link #fields} made. */
    static List<Acl> ofFields(List<?> entries) {
        List<Acl> acl = new ArrayList<>();
        for (Object each : entries) {
            if (each instanceof Map<?, ?> entry
                    && entry.get("scheme") instanceof String scheme
                    && entry.get("id") instanceof String id
                    && entry.get("permissions") instanceof String permissions) {
                acl.add(new Acl(Permission.parse(permissions), scheme, id));
            } else {
                throw new IllegalArgumentException("acl: an entry needs scheme, id and permissions");
            }
        }
        return acl;
    }
}
