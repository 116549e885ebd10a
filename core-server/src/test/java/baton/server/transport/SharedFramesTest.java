package baton.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SharedFramesTest {
    private static SharedFrames frame(String text) {
        return new SharedFrames(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String written(SharedFrames frames) {
        ByteBuf target = Unpooled.buffer(1).writeByte('>');
        frames.writeTo(target);
        return target.toString(StandardCharsets.US_ASCII);
    }

    @Test
    void framesAreWrittenInTheirOrderBehindWhatIsThere() {
        SharedFrames three = frame("one ").then(frame("two ")).then(frame("three"));

        assertThat(written(three)).isEqualTo(">one two three");
        assertThat(three.bytes()).isEqualTo("one two three".length());
        assertThat(three.lastBytes()).isEqualTo("three".length());
    }

    @Test
    void whoWaitsForTheSameSharesIt() {
        SharedFrames first = frame("1");
        SharedFrames second = frame("2");
        SharedFrames third = frame("3");

        assertThat(first.then(second)).isSameAs(first.then(second));
        assertThat(first.then(second).then(third)).isSameAs(first.then(second).then(third));
    }

    @Test
    void whoWaitsForSomethingElseGetsThat() {
        SharedFrames first = frame("1");
        SharedFrames two = first.then(frame("2"));

        assertThat(written(first.then(frame("3")))).isEqualTo(">13");
        assertThat(written(two)).isEqualTo(">12");
        assertThat(written(first)).isEqualTo(">1");
    }
}
