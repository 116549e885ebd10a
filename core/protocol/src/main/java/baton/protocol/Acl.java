package baton.protocol;

import java.util.List;

/**
 * One entry of an access control list: who, in the words of which scheme, may do what.
 *
 * <pre>int32 permissions, string scheme, string id</pre>
 *
 * <p>A null scheme on the wire is read as the empty one, which no server knows: such a list is then refused as invalid,
 * as the protocol wants it, rather than as undecodable. A null id is the empty one, and kazoo sends it for that: beside the
 * scheme {@code auth} it is right.
 *
 * @param permissions bits of {@link Permission}; others are kept as they are
 */
public record Acl(int permissions, String scheme, String id) implements Comparable<Acl> {
    /** Everybody may do everything. */
    public static final List<Acl> OPEN = List.of(new Acl(Permission.ALL, "world", "anyone"));

    /** Everybody may read. */
    public static final List<Acl> READ_ONLY = List.of(new Acl(Permission.READ, "world", "anyone"));

    /** Whoever creates the node may do everything. */
    public static final List<Acl> CREATOR_ALL = List.of(new Acl(Permission.ALL, "auth", ""));

    /** What nearly every list is on the wire. */
    private static final Bytes OPEN_ENCODED = encoded(OPEN);

    private static Bytes encoded(List<Acl> acl) {
        WireWriter out = new WireWriter();
        writeEach(out, acl);
        return out.toBytes();
    }

    public static Acl read(WireReader in) {
        int permissions = in.int32("acl.perms");
        String scheme = in.nullableString("acl.scheme");
        String id = in.nullableString("acl.id");
        return new Acl(permissions, scheme == null ? "" : scheme, id == null ? "" : id);
    }

    /** Reads a list; a null vector is read as the empty one, for the same reason as a null scheme. */
    public static List<Acl> readList(WireReader in) {
        List<Acl> acl = in.skipIfNext(OPEN_ENCODED) ? OPEN : in.nullableList("acl", Acl::read);
        return acl == null ? List.of() : acl;
    }

    /** Reads a list that must not be null. */
    static List<Acl> readPresentList(WireReader in) {
        return in.skipIfNext(OPEN_ENCODED) ? OPEN : in.list("acl", Acl::read);
    }

    public static void writeList(WireWriter out, List<Acl> acl) {
        if (acl == OPEN) {
            out.raw(OPEN_ENCODED.unsafeArray(), 0, OPEN_ENCODED.size());
        } else {
            writeEach(out, acl);
        }
    }

    private static void writeEach(WireWriter out, List<Acl> acl) {
        out.int32(acl.size());
        for (Acl each : acl) {
            each.write(out);
        }
    }

    /** Says whether it is about anybody, whoever it is. */
    public boolean isOfAnybody() {
        return scheme.equals("world") && id.equals("anyone");
    }

    public void write(WireWriter out) {
        out.int32(permissions).string(scheme).string(id);
    }

    // By hand: what the JDK makes up for records when they are first compared takes 20 ms of every start.
    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Acl that
                        && permissions == that.permissions
                        && scheme.equals(that.scheme)
                        && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * permissions + scheme.hashCode()) + id.hashCode();
    }

    /** Clients choose ids, and may choose many of one hash code: by order tables find them fast all the same. */
    @Override
    public int compareTo(Acl other) {
        int difference = id.compareTo(other.id);
        difference = difference == 0 ? scheme.compareTo(other.scheme) : difference;
        return difference == 0 ? Integer.compare(permissions, other.permissions) : difference;
    }

    /** Compares lists entry by entry, an end before anything. */
    public static int compare(List<Acl> left, List<Acl> right) {
        int length = Math.min(left.size(), right.size());
        for (int i = 0; i < length; i++) {
            int difference = left.get(i).compareTo(right.get(i));
            if (difference != 0) {
                return difference;
            }
        }
        return Integer.compare(left.size(), right.size());
    }
}
