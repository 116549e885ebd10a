package baton.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class FrameCutterTest {

    @Property(tries = 200)
    void piecesOfAnySizeMakeTheSameFrames(
            @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 8, max = 200) Integer> lengths,
            @ForAll @Size(min = 1, max = 10) List<@IntRange(min = 1, max = 300) Integer> pieces)
            throws Exception {
        List<Integer> cut = new ArrayList<>();
        FrameCutter cutter = new FrameCutter((bytes, at, length) -> {
            assertThat(bytes.getInt(at)).isEqualTo(cut.size());
            assertThat(bytes.getInt(at + 4)).isEqualTo(length);
            cut.add(length);
        });
        ByteBuffer stream = framed(lengths);

        for (int turn = 0; stream.hasRemaining(); turn++) {
            byte[] piece = new byte[Math.min(stream.remaining(), pieces.get(turn % pieces.size()))];
            stream.get(piece);
            cutter.take(ByteBuffer.wrap(piece));
        }

        assertThat(cut).isEqualTo(lengths);
    }

    /** Each says which it is, and how long. */
    private static ByteBuffer framed(List<Integer> lengths) {
        ByteBuffer stream = ByteBuffer.allocate(
                lengths.stream().mapToInt(length -> Integer.BYTES + length).sum());
        for (int at = 0; at < lengths.size(); at++) {
            int length = lengths.get(at);
            stream.putInt(length).putInt(at).putInt(length).put(new byte[length - 8]);
        }
        return stream.flip();
    }
}
