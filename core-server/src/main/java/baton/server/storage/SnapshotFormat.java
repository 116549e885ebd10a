package baton.server.storage;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.WireWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.Adler32;

/**
 * The bytes of a snapshot.
 *
 * <pre>
 * int32 'ZKSN', int32 2, int64 -1
 * int32 count, { int64 session, int32 timeout in milliseconds } ...
 * int32 count, { int64 number, vector of ACL } ...
 * node ...                                      see {@link SnapshotNode}
 * string "/"                                    end of the nodes
 * seal
 * int64 zxid, int32 2, int64 digest, seal       optional: the tree right after the zxid
 * int64 zxid, seal                              optional: the last transaction applied when the file was finished
 *
 * seal := int64 Adler-32 of every byte before it, string "/"
 * </pre>
 *
 * <p>Nothing says which of the optional sections follow. What is left behind the first seal is tried in both readings;
 * the sums tell them apart. We write both, which all releases that know either can read; or none if no digest is kept,
 * which is what a release can read that was told to expect none. What later releases may add is passed over, if a seal at the
 * end of the file says that it is as it was written: else it may be a section of these that was damaged.
 */
final class SnapshotFormat {
    static final int MAGIC = 0x5a4b534e;
    private static final int VERSION = 2;
    private static final long DATABASE = -1;
    private static final int DIGEST_VERSION = 2;
    private static final int SEAL_BYTES = 13;
    private static final int PIECE_BYTES = 256 * 1024;

    /** The section that says the last transaction, and the seal before it. */
    private static final int END_BYTES = SEAL_BYTES + 8 + SEAL_BYTES;

    private static final int DIGEST_BYTES = 20;
    private static final int SECTIONS_BYTES = DIGEST_BYTES + 8 + 2 * SEAL_BYTES;
    private static final int REST_BYTES_MAX = 64 * 1024;
    private static final Bytes SLASH = Bytes.utf8("/");
    private static final byte[] SEAL_END = {0, 0, 0, 1, '/'};

    private SnapshotFormat() {}

    /**
     * Reads a snapshot to its end.
     *
     * @param longFields asked before memory is taken for one
     * @return what it says of the moment in which it was finished
     * @throws IOException if it is not a whole snapshot
     */
    static SnapshotEpilogue read(InputStream file, SnapshotInput.Admission longFields, SnapshotSink sink)
            throws IOException {
        SnapshotInput in = new SnapshotInput(file, longFields);
        if (in.int32() != MAGIC) {
            throw new IOException("does not begin with the header of a snapshot");
        }
        in.int32();
        in.int64();
        readSessions(in, sink);
        readAcls(in, sink);
        readNodes(in, sink);
        long sum = in.sum();
        long sealed = in.int64();
        if (sum != sealed || !SLASH.equals(readPath(in))) {
            throw new IOException("content does not match the checksum at byte " + (in.offset() - SEAL_BYTES));
        }
        return readSections((int) in.sum(), in.rest(REST_BYTES_MAX), in.offset());
    }

    /**
     * Says whether the file ends with a seal of everything before it, so that the bytes are those that were written, and not
     * with a section that says that it was finished before the zxid. Much quicker than to {@link #read} it; false proves
     * nothing, as somebody may have added to the file, and what stands before a seal may look like that section.
     *
     * @param zxid that of its name
     * @param between run after every piece that is read
     */
    static boolean endsSealed(InputStream file, long zxid, Runnable between) throws IOException {
        Adler32 sum = new Adler32();
        byte[] piece = new byte[PIECE_BYTES];
        int held = 0;
        for (int count = file.read(piece); count > 0; count = file.read(piece, held, piece.length - held)) {
            between.run();
            int summed = Math.max(0, held + count - END_BYTES);
            sum.update(piece, 0, summed);
            held += count - summed;
            System.arraycopy(piece, summed, piece, 0, held);
        }
        if (held < END_BYTES) {
            return false;
        }
        int seal = END_BYTES - SEAL_BYTES;
        sum.update(piece, 0, seal);
        ByteBuffer end = ByteBuffer.wrap(piece);
        boolean isSealed = end.getLong(seal) == sum.getValue() && endsASeal(piece, END_BYTES);
        return isSealed && !(endsASeal(piece, SEAL_BYTES) && end.getLong(SEAL_BYTES) < zxid);
    }

    private static boolean endsASeal(byte[] bytes, int end) {
        return Arrays.equals(bytes, end - SEAL_END.length, end, SEAL_END, 0, SEAL_END.length);
    }

    /** Writes a snapshot whose name will say {@code zxid}. */
    static void write(SnapshotSource source, long zxid, OutputStream target) throws IOException {
        SealingOutput out = new SealingOutput(target);
        WireWriter wire = out.wire();
        wire.int32(MAGIC).int32(VERSION).int64(DATABASE);
        Map<Long, Integer> sessions = source.sessions();
        wire.int32(sessions.size());
        for (Map.Entry<Long, Integer> each : sessions.entrySet()) {
            out.wire().int64(each.getKey()).int32(each.getValue());
        }
        Map<Long, List<Acl>> acls = source.acls();
        wire.int32(acls.size());
        for (Map.Entry<Long, List<Acl>> each : acls.entrySet()) {
            Acl.writeList(out.wire().int64(each.getKey()), each.getValue());
        }
        try {
            source.writeNodes(out);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        wire.buffer(SLASH);
        out.seal();
        Optional<SnapshotDigest> kept = source.digest();
        if (kept.isPresent()) {
            SnapshotDigest digest = kept.get();
            wire.int64(digest.zxid()).int32(DIGEST_VERSION).int64(digest.value());
            out.seal();
            wire.int64(Math.max(zxid, digest.zxid()));
            out.seal();
        }
    }

    private static void readSessions(SnapshotInput in, SnapshotSink sink) throws IOException {
        for (int left = count(in); left > 0; left--) {
            sink.session(in.int64(), in.int32());
        }
    }

    private static void readAcls(SnapshotInput in, SnapshotSink sink) throws IOException {
        for (int left = count(in); left > 0; left--) {
            long number = in.int64();
            int size = count(in);
            List<Acl> acl = new ArrayList<>(Math.min(size, 16));
            for (int i = 0; i < size; i++) {
                acl.add(new Acl(in.int32(), in.string(), in.string()));
            }
            sink.acl(number, List.copyOf(acl));
        }
    }

    private static void readNodes(SnapshotInput in, SnapshotSink sink) throws IOException {
        boolean rootSeen = false;
        for (Bytes path = readPath(in); !path.equals(SLASH); path = readPath(in)) {
            if (path.isEmpty() == rootSeen) {
                throw new IOException("the root is missing or comes twice, before byte " + in.offset());
            }
            rootSeen = true;
            if (!sink.node(readNode(in, path))) {
                throw new IOException("node " + path.utf8() + " has no parent");
            }
        }
        if (!rootSeen) {
            throw new IOException("holds no node");
        }
    }

    private static Bytes readPath(SnapshotInput in) throws IOException {
        Bytes path = in.bytes();
        if (path == null) {
            throw new IOException("null where a path is needed, before byte " + in.offset());
        }
        if (!path.isEmpty() && path.at(0) != '/') {
            throw new IOException("something else where a path is needed, before byte " + in.offset());
        }
        return path;
    }

    private static SnapshotNode readNode(SnapshotInput in, Bytes path) throws IOException {
        return new SnapshotNode(
                path,
                in.bytes(),
                in.int64(),
                in.int64(),
                in.int64(),
                in.int64(),
                in.int64(),
                in.int32(),
                in.int32(),
                in.int32(),
                in.int64(),
                in.int64());
    }

    private static int count(SnapshotInput in) throws IOException {
        int count = in.int32();
        if (count < 0) {
            throw new IOException("count " + count + " at byte " + (in.offset() - 4) + " is negative");
        }
        return count;
    }

    private static SnapshotEpilogue readSections(int sum, byte[] rest, long end) throws IOException {
        if (rest.length == 0) {
            return new SnapshotEpilogue(Optional.empty(), OptionalLong.empty());
        }
        ByteBuffer section = ByteBuffer.wrap(rest);
        if (rest.length == 8 + SEAL_BYTES && isSealed(sum, rest, 8)) {
            return new SnapshotEpilogue(Optional.empty(), OptionalLong.of(section.getLong(0)));
        }
        boolean hasDigest = isSealed(sum, rest, DIGEST_BYTES);
        boolean hasBoth = hasDigest && isSealed(sum, rest, SECTIONS_BYTES - SEAL_BYTES);
        if (!hasBoth && !isSealed(sum, rest, rest.length - SEAL_BYTES)) {
            throw new IOException("what follows the first checksum matches no section, before byte " + end);
        }
        if (!hasDigest) {
            return new SnapshotEpilogue(Optional.empty(), OptionalLong.empty());
        }
        SnapshotDigest digest = new SnapshotDigest(section.getLong(0), section.getLong(12));
        return new SnapshotEpilogue(
                section.getInt(8) == DIGEST_VERSION ? Optional.of(digest) : Optional.empty(),
                hasBoth ? OptionalLong.of(section.getLong(DIGEST_BYTES + SEAL_BYTES)) : OptionalLong.empty());
    }

    /** Collects bytes, sums them up, and passes them on in pieces. */
    private static final class SealingOutput implements NodeOutput {
        private final OutputStream target;
        private final Adler32 sum = new Adler32();
        private final WireWriter wire = new WireWriter(PIECE_BYTES + PIECE_BYTES / 4);

        SealingOutput(OutputStream target) {
            this.target = target;
        }

        WireWriter wire() {
            return wire;
        }

        @Override
        public WireWriter next() {
            if (wire.size() >= PIECE_BYTES) {
                try {
                    passOn();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return wire;
        }

        void seal() throws IOException {
            passOn();
            wire.int64(sum.getValue()).buffer(SLASH);
            passOn();
        }

        private void passOn() throws IOException {
            sum.update(wire.unsafeArray(), 0, wire.size());
            target.write(wire.unsafeArray(), 0, wire.size());
            wire.reset();
        }
    }

    /** Says whether a seal stands at the place that fits all bytes before it. */
    private static boolean isSealed(int sumBefore, byte[] rest, int at) {
        if (at < 0 || rest.length < at + SEAL_BYTES) {
            return false;
        }
        int sum = adlerOf(sumBefore, rest, at);
        return ByteBuffer.wrap(rest).getLong(at) == (sum & 0xffffffffL)
                && Arrays.equals(rest, at + 8, at + SEAL_BYTES, SEAL_END, 0, SEAL_END.length);
    }

    /** Goes on with an Adler-32 sum; the library's own cannot be taken back to try a second reading. */
    private static int adlerOf(int sumBefore, byte[] bytes, int length) {
        int low = sumBefore & 0xffff;
        int high = sumBefore >>> 16;
        for (int i = 0; i < length; i++) {
            low = (low + (bytes[i] & 0xff)) % 65521;
            high = (high + low) % 65521;
        }
        return high << 16 | low;
    }
}
