package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.server.config.AdminSettings;
import baton.server.config.AdminSettings.Restores;
import baton.server.config.ListenAddress;
import baton.server.config.ServerSettings;
import baton.server.runtime.Restoration.Sending;
import baton.server.runtime.Restoration.Witness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestorationTest {
    @TempDir
    Path directory;

    private OpenStorage storage;
    private Restoration restoration;
    private @Nullable RuntimeException stopping;
    private @Nullable Error noThread;

    private static final Witness UNHEEDED = new Witness() {
        @Override
        public void begins() {}

        @Override
        public void replaced() {}
    };

    @BeforeEach
    void open() throws IOException {
        ServerSettings settings = ServerSettings.inDirectory(directory)
                .withAdmin(AdminSettings.at(ListenAddress.EPHEMERAL).withRestores(new Restores(true, 0)));
        storage = OpenStorage.open(settings);
        restoration =
                new Restoration(settings, storage, new ServerMetrics(), new NoRebirth(this::atOnce), Clock.system());
    }

    /** Does at once what a thread would do; there may be none. */
    private void atOnce(Runnable work) {
        if (noThread != null) {
            throw noThread;
        }
        if (stopping != null) {
            throw stopping;
        }
        work.run();
    }

    @AfterEach
    void close() throws IOException {
        storage.close();
    }

    private static ByteBuffer piece() {
        return ByteBuffer.wrap(new byte[1000]);
    }

    private boolean isSomethingLeft() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("version-2"))) {
            return files.anyMatch(each -> each.getFileName().toString().startsWith("tmp.sent"));
        }
    }

    @Test
    void aThreadThatCannotStartIsNoReasonToRefuseTheNext() throws Exception {
        Sending first = restoration.begin(0);
        assertThat(first.take(piece())).isCompleted();
        assertThat(isSomethingLeft()).isTrue();
        noThread = new Error("unable to create native thread");

        assertThatThrownBy(
                        () -> first.end(false, UNHEEDED).toCompletableFuture().get())
                .hasCause(noThread);

        assertThat(isSomethingLeft()).isFalse();
        noThread = null;
        restoration.begin(0).abandon();
    }

    @Test
    void whatComesWithoutAThreadIsForgottenAndTheEndSaysWhy() throws Exception {
        Sending sending = restoration.begin(0);
        sending.take(piece());
        noThread = new Error("unable to create native thread");
        assertThat(sending.take(piece())).isCompleted();
        assertThat(isSomethingLeft()).isFalse();
        noThread = null;
        assertThat(sending.take(piece())).isCompleted();

        assertThatThrownBy(
                        () -> sending.end(false, UNHEEDED).toCompletableFuture().get())
                .hasMessageContaining("native thread");

        assertThat(isSomethingLeft()).isFalse();
        restoration.begin(0).abandon();
    }

    @Test
    void aServerThatStopsLeavesNothingOfWhatCame() throws Exception {
        Sending sending = restoration.begin(0);
        sending.take(piece());
        stopping = new CancellationException();

        sending.abandon();

        assertThat(isSomethingLeft()).isFalse();
    }

    @Test
    void onlyOneIsTakenAtATime() throws Exception {
        Sending sending = restoration.begin(0);
        assertThatThrownBy(() -> restoration.begin(0)).hasMessageContaining("another snapshot");

        sending.abandon();

        restoration.begin(0).abandon();
    }
}
