package baton.etcd.state;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of etcd, and what is known of it. */
public record ServerVersion(int major, int minor, int patch) {
    private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

    /** Reads what a server says of itself; empty if it is no version. */
    public static Optional<ServerVersion> parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ServerVersion(
                    Integer.parseInt(parts.group(1)),
                    Integer.parseInt(parts.group(2)),
                    Integer.parseInt(parts.group(3))));
        } catch (NumberFormatException tooLong) {
            return Optional.empty();
        }
    }

    /**
     * Whether its leases can be trusted in every case. Older servers may renew a lease at a member that is no longer
     * leader, or revoke one that was renewed in time.
     */
    public boolean hasSoundLeases() {
        if (major != 3) {
            return major > 3;
        }
        return switch (minor) {
            case 4 -> patch >= 38;
            case 5 -> patch >= 23;
            case 6 -> patch >= 5;
            default -> minor > 6;
        };
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
