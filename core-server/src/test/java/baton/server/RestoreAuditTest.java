package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.config.FeatureSettings;
import baton.server.config.ServerSettings;
import baton.server.storage.Disk;
import baton.server.storage.TappedDisk;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the audit log tells of a restore: what became of the state, and then what became of the server. */
@Timeout(60)
class RestoreAuditTest {
    private final Logger audit = (Logger) LoggerFactory.getLogger(FeatureSettings.AUDIT_LOGGER);
    private final Level usual = audit.getLevel();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @TempDir
    Path directory;

    @BeforeEach
    void listen() {
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        audit.addAppender(lines);
        audit.setAdditive(false);
        audit.setLevel(Level.INFO);
    }

    @AfterEach
    void restoreLogger() {
        audit.setLevel(usual);
        audit.setAdditive(true);
        audit.detachAppender(lines);
    }

    /** Returns operation and result of what is said from the moment in which a server is sent what it has saved, until it answers. */
    private List<String> said(Disk disk, boolean damaged) throws Exception {
        ServerSettings settings = RestorableServer.settings(directory);
        try (BatonServer server =
                BatonServer.start(settings.withFeatures(settings.features().withAudit()), disk)) {
            byte[] saved = RestorableServer.save(server);
            saved[saved.length / 2] ^= (byte) (damaged ? 4 : 0);
            lines.list.clear();

            RestorableServer.restore(server, saved);

            return lines.list.stream()
                    .map(ILoggingEvent::getFormattedMessage)
                    .map(each -> each.replaceAll(".*operation=(\\w+)\\tresult=(\\w+)$", "$1 $2"))
                    .toList();
        }
    }

    private static Disk failing(String failing, String prefix) {
        return new TappedDisk(Disk.ofSystem(), (call, path, bytes) -> {
            if (call.equals(failing) && path.getFileName().toString().startsWith(prefix)) {
                throw new IOException("the disk does not want to");
            }
        });
    }

    @Test
    void whatIsReplacedIsSaidBeforeAServerBegins() throws Exception {
        assertThat(said(Disk.ofSystem(), false))
                .containsExactly("restore invoked", "serverStop invoked", "restore success", "serverStart success");
    }

    @Test
    void whatIsRefusedHasNotEvenBegun() throws Exception {
        assertThat(said(Disk.ofSystem(), true)).containsExactly("restore failure");
    }

    @Test
    void whatFailsBeforeItIsReplacedHasFailed() throws Exception {
        assertThat(said(failing("rename", "tmp.replacement"), false))
                .containsExactly("restore invoked", "serverStop invoked", "serverStart failure", "restore failure");
    }

    @Test
    void aServerThatCannotBeginMakesItNotUndone() throws Exception {
        assertThat(said(failing("rename", "snapshot."), false))
                .containsExactly("restore invoked", "serverStop invoked", "restore success", "serverStart failure");
    }
}
