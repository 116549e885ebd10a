package baton.server.sim.files;

import static baton.server.sim.files.Unreadable.require;

import java.util.ArrayList;
import java.util.List;

/**
 * A transaction as the log has it.
 *
 * <pre>session:int64, cxid:int32, zxid:int64, millis:int64, type:int32, body, then perhaps 2:int32, digest:int64</pre>
 *
 * @param steps what it does to a tree
 * @param hasDigest whether it says which digest the tree has then
 */
record PlainEntry(long zxid, List<Step> steps, boolean hasDigest, long digest) {
    /** A part of it. */
    interface Step {
        void in(PlainTree tree);
    }

    private static final int DIGEST_BYTES = 12;
    private static final int ERROR = -1;
    private static final int MULTI = 14;
    private static final long CONTAINER = Long.MIN_VALUE;
    private static final long TTL = 0xffL << 56;

    static PlainEntry read(byte[] bytes) throws Unreadable {
        Fields in = new Fields(bytes);
        long session = in.int64();
        in.int32();
        long zxid = in.int64();
        long millis = in.int64();
        Place place = new Place(session, zxid, millis);
        int type = in.int32();
        List<Step> steps = type == MULTI ? multi(in, place) : List.of(step(type, in, place));
        boolean hasDigest = in.left() == DIGEST_BYTES;
        require(!hasDigest || in.int32() == 2, "a digest of another kind at zxid %d", zxid);
        long digest = hasDigest ? in.int64() : 0;
        require(in.left() == 0, "%d bytes too many at zxid %d", in.left(), zxid);
        return new PlainEntry(zxid, steps, hasDigest, digest);
    }

    /** Whose it is, and when. */
    private record Place(long session, long zxid, long millis) {}

    private static List<Step> multi(Fields in, Place place) throws Unreadable {
        List<Step> steps = new ArrayList<>();
        boolean failed = false;
        for (int i = in.int32(); i > 0; i--) {
            int type = in.int32();
            byte[] body = in.buffer();
            require(body != null, "a part without a body at zxid %d", place.zxid);
            Fields part = new Fields(body);
            steps.add(step(type, part, place));
            require(part.left() == 0, "%d bytes too many in a part at zxid %d", part.left(), place.zxid);
            failed |= type == ERROR;
        }
        return failed ? List.of() : steps;
    }

    private static Step step(int type, Fields in, Place place) throws Unreadable {
        switch (type) {
            case -10 -> {
                int timeoutMillis = in.int32();
                return tree -> tree.open(place.session, timeoutMillis);
            }
            case -11 -> {
                List<String> paths = in.texts();
                return tree -> tree.close(place.session, paths, place.zxid);
            }
            case ERROR -> {
                in.int32();
                return tree -> {};
            }
            case 1, 15, 19, 21 -> {
                return create(type, in, place);
            }
            case 2, 20 -> {
                String path = in.text();
                return tree -> tree.delete(path, place.zxid);
            }
            case 5, 16 -> {
                String path = in.text();
                byte[] content = in.buffer();
                int version = in.int32();
                return tree -> tree.set(path, content, version, place.zxid, place.millis);
            }
            case 7 -> {
                String path = in.text();
                List<Grant> grants = in.grants();
                int version = in.int32();
                return tree -> tree.guard(path, grants, version);
            }
            case 13 -> {
                in.text();
                in.int32();
                return tree -> {};
            }
            default -> throw new Unreadable("no transaction of type " + type);
        }
    }

    private static Step create(int type, Fields in, Place place) throws Unreadable {
        String path = in.text();
        byte[] content = in.buffer();
        List<Grant> grants = in.grants();
        boolean isEphemeral = (type == 1 || type == 15) && in.flag();
        int creations = in.int32();
        long owner = switch (type) {
            case 19 -> CONTAINER;
            case 21 -> TTL | in.int64();
            default -> isEphemeral ? place.session : 0;
        };
        PlainNode made = PlainNode.made(content, grants, place.zxid, place.millis, owner);
        return tree -> tree.create(path, made, creations);
    }
}
