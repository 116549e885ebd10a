package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

class UnreadableTest {
    private final Unreadable unreadable = new Unreadable();

    @Test
    void aNodeThatIsAskedAboutTwiceCountsOnce() throws InterruptedException {
        deny("/a");
        deny("/b");
        deny("/a");

        assertThatThrownBy(unreadable::tell).hasMessage("Insufficient permission : /a (left out, and 1 more)");
    }

    @Test
    void ofVeryManyOnlyThatThereAreMoreIsKnown() throws InterruptedException {
        for (int i = 0; i < 2 * Unreadable.PATHS_MAX; i++) {
            deny("/n" + i);
        }

        assertThatThrownBy(unreadable::tell)
                .hasMessage("Insufficient permission : /n0 (left out, and at least 9999 more)");
    }

    private void deny(String path) throws InterruptedException {
        assertThat(unreadable.present(path, () -> {
                    throw new RefusedException(ErrorCode.NO_AUTH, path);
                }))
                .isEmpty();
    }
}
