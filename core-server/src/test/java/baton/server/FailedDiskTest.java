package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.config.ServerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that cannot write any more says so to everybody it concerns, and loses nothing it has promised. */
@Timeout(60)
class FailedDiskTest {
    @TempDir
    Path directory;

    @Test
    void clientsAreCutOffAndWhatWasAcknowledgedStays() throws Exception {
        int acknowledged;
        try (BatonServer server = BatonServer.start(ServerSettings.inDirectory(directory));
                RawClient writer = RawClient.withSession(server.port(), 10_000);
                RawClient idle = RawClient.withSession(server.port(), 10_000)) {
            writeOne(writer, 0);

            // A channel to a file closes when the thread that writes to it is interrupted.
            logThread().interrupt();
            acknowledged = writeUntilCutOff(writer);

            assertThat(idle.isCutOff()).isTrue();
            assertThat(server.failure().get(20, TimeUnit.SECONDS)).isNotNull();
        }
        try (BatonServer server = BatonServer.start(ServerSettings.inDirectory(directory));
                RawClient reader = RawClient.withSession(server.port(), 10_000)) {
            for (int i = 0; i <= acknowledged; i++) {
                reader.send(i, new Request.Exists("/" + i, false));
                assertThat(reader.receiveHeader().isOk())
                        .describedAs("node %d", i)
                        .isTrue();
            }
        }
    }

    /** Returns the last write that was acknowledged. */
    private static int writeUntilCutOff(RawClient writer) {
        for (int i = 1; ; i++) {
            try {
                writeOne(writer, i);
            } catch (IOException cut) {
                return i - 1;
            }
        }
    }

    private static void writeOne(RawClient writer, int number) throws IOException {
        writer.send(number, new Request.Create(OpCode.CREATE, "/" + number, Bytes.EMPTY, Acl.OPEN, 0));
        assertThat(writer.receiveHeader().isOk()).isTrue();
    }

    private static Thread logThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("baton-log"))
                .findFirst()
                .orElseThrow();
    }
}
