package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import baton.core.CoordinationException;
import baton.core.CoreError;
import baton.core.NodePath;
import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How orders to recipes fail. */
class StoreTest {
    @ParameterizedTest
    @CsvSource({"DENIED, DENIED", "IN_DOUBT, UNREACHABLE", "UNAVAILABLE, UNREACHABLE", "NO_NODE, PROBLEM"})
    void scriptsCanTellWhyAnOrderFailed(CoreError code, ExitCode exitCode)
            throws InterruptedException, StartFailedException {
        assertThat(failure(code).exitCode()).isEqualTo(exitCode);
    }

    @Test
    void whatIsInDoubtIsSaid() throws InterruptedException, StartFailedException {
        assertThat(failure(CoreError.IN_DOUBT))
                .hasMessage("lost; a change may have happened, or may still: look at it");
        assertThat(failure(CoreError.DENIED)).hasMessage("lost");
    }

    private static ShellException failure(CoreError code) throws InterruptedException, StartFailedException {
        try (ShellOnServer server = ShellOnServer.start()) {
            Store store = server.shell().connection().store();
            return catchThrowableOfType(
                    ShellException.class,
                    () -> store.use(client -> {
                        throw new CoordinationException(code, NodePath.of("/lock"), "lost");
                    }));
        }
    }
}
