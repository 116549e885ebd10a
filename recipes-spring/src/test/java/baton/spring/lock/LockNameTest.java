package baton.spring.lock;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.NodePath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LockNameTest {
    @Example
    void keepsWhatIsSafeAndEscapesTheRest() {
        assertThat(Stream.of("invoice-42", "a/b", "..", ".", "ä", "a!b", "50%", "..hidden")
                        .map(key -> LockName.of(key).segment()))
                .isEqualTo(List.of("invoice-42", "a%2Fb", "%2E%2E", "%2E", "%C3%A4", "a%21b", "50%25", "..hidden"));
        assertThat(LockName.of("tenant", "a/b").segment()).isEqualTo("tenant!a%2Fb");
    }

    @Example
    void shortensLongKeysAndKeepsThemApart() {
        String one = LockName.of("x".repeat(1000) + "1").segment();
        String other = LockName.of("x".repeat(1000) + "2").segment();

        assertThat(one).startsWith("x".repeat(40) + "+").hasSize(40 + 1 + 64).isNotEqualTo(other);
        assertThat(LockName.of(one).segment()).isNotEqualTo(one);
    }

    @Property(tries = 300)
    void isAlwaysOnePathSegment(@ForAll String key) {
        Assume.that(!key.isEmpty());

        NodePath path = NodePath.ROOT.child(LockName.of(key).segment());

        assertThat(path.parent()).isEqualTo(NodePath.ROOT);
        assertThat(path.name().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(3 * LockName.BYTES_MAX);
    }

    @Property(tries = 300)
    void differentKeysAreDifferentLocks(@ForAll String one, @ForAll String other) {
        byte[] oneBytes = one.getBytes(StandardCharsets.UTF_8);
        Assume.that(!Arrays.equals(oneBytes, other.getBytes(StandardCharsets.UTF_8)));

        assertThat(LockName.of(one)).isNotEqualTo(LockName.of(other));
    }
}
