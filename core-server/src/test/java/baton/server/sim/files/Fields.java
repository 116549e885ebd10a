package baton.server.sim.files;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bytes, and the fields that stand in them one behind the other. */
final class Fields {
    private final ByteBuffer in;

    Fields(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes);
    }

    int position() {
        return in.position();
    }

    int left() {
        return in.remaining();
    }

    int int32() throws Unreadable {
        require(Integer.BYTES);
        return in.getInt();
    }

    long int64() throws Unreadable {
        require(Long.BYTES);
        return in.getLong();
    }

    boolean flag() throws Unreadable {
        return raw(1)[0] != 0;
    }

    byte[] raw(int count) throws Unreadable {
        require(count);
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    byte @Nullable [] buffer() throws Unreadable {
        int length = int32();
        return length == -1 ? null : raw(length);
    }

    String text() throws Unreadable {
        byte[] bytes = buffer();
        Unreadable.require(bytes != null, "no text at %d", position());
        return new String(bytes, StandardCharsets.UTF_8);
    }

    List<String> texts() throws Unreadable {
        List<String> texts = new ArrayList<>();
        for (int i = int32(); i > 0; i--) {
            texts.add(text());
        }
        return texts;
    }

    List<Grant> grants() throws Unreadable {
        List<Grant> grants = new ArrayList<>();
        for (int i = int32(); i > 0; i--) {
            grants.add(new Grant(int32(), text(), text()));
        }
        return grants;
    }

    private void require(int count) throws Unreadable {
        Unreadable.require(
                count >= 0 && count <= in.remaining(), "%d bytes at %d of %d", count, in.position(), in.limit());
    }
}
