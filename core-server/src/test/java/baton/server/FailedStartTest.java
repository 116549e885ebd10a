package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.LoopbackPort;
import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.config.AdminSettings;
import baton.server.config.FeatureSettings;
import baton.server.config.ListenAddress;
import baton.server.config.SecurePort;
import baton.server.config.ServerSettings;
import baton.server.config.TlsSettings;
import baton.server.storage.Disk;
import baton.server.storage.TappedDisk;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Wherever a start ends early, nothing of it is left: no thread, no port, no lock. */
@Timeout(60)
class FailedStartTest {
    private static final String BUG = "for the test";

    @TempDir
    Path directory;

    private LoopbackPort port;
    private LoopbackPort admin;
    private ServerSettings settings;

    @BeforeEach
    void claim() throws Exception {
        // So that there is something to read.
        BatonServer.start(ServerSettings.inDirectory(directory)).close();
        port = LoopbackPort.claim();
        admin = LoopbackPort.claim();
        settings = ServerSettings.inDirectory(directory)
                .withListen(new ListenAddress("127.0.0.1", port.number()))
                .withAdmin(AdminSettings.at(new ListenAddress("127.0.0.1", admin.number())));
    }

    @AfterEach
    void release() {
        port.close();
        admin.close();
    }

    /** In the order in which a start comes by them: the lock, the data, and what assembles the server. */
    @ParameterizedTest
    @ValueSource(strings = {"lock version-2", "read snapshot.0", "open numbers"})
    void overWhatTheDiskDoes(String culprit) {
        Throwable failure = catchThrowable(() -> BatonServer.start(settings, failingAt(culprit)));

        assertThat(failure).hasStackTraceContaining(BUG);
        assertNothingIsLeft();
    }

    @Test
    void overCertificatesThatAreNotThere() {
        TlsSettings tls =
                TlsSettings.of(StoreFile.of(directory.resolve("gone.p12"), Secret.of(TestCertificate.PASSWORD)), null);

        Throwable failure = catchThrowable(() -> BatonServer.start(settings.withSecure(SecurePort.alone(tls))));

        assertThat(failure).isInstanceOf(StartFailedException.class).hasMessageContaining("gone.p12");
        assertNothingIsLeft();
    }

    @Test
    void overAPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ListenAddress address = new ListenAddress("127.0.0.1", taken.getLocalPort());

            Throwable failure = catchThrowable(() -> BatonServer.start(settings.withListen(address)));

            assertThat(failure).hasMessageContaining(address.toString());
        }
        assertNothingIsLeft();
    }

    /** The admin port, which need not be had, is the last thing to begin, when clients may be there. */
    @Test
    @SuppressWarnings("NullAway")
    void overABugWhenItServes() {
        AdminSettings broken =
                AdminSettings.at(new ListenAddress(null, 0)).withPresence(AdminSettings.Presence.IF_FREE);

        Throwable failure = catchThrowable(() -> BatonServer.start(settings.withAdmin(broken)));

        assertThat(failure).hasRootCauseInstanceOf(NullPointerException.class);
        assertNothingIsLeft();
    }

    @Test
    void isNotForgottenOverWhatComesBehindIt() {
        IllegalStateException first = new IllegalStateException(BUG);
        IllegalArgumentException second = new IllegalArgumentException("another");

        BatonServer.after(first, () -> {
            throw second;
        });

        assertThat(first.getSuppressed()).containsExactly(second);
    }

    @Test
    void overABugIsInTheLogOfChanges() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger audit = (Logger) LoggerFactory.getLogger(FeatureSettings.AUDIT_LOGGER);
        audit.addAppender(lines);
        try {
            Throwable failure = catchThrowable(() -> BatonServer.start(
                    settings.withFeatures(settings.features().withAudit()), failingAt("read snapshot.0")));

            assertThat(failure).hasStackTraceContaining(BUG);
            assertThat(lines.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement()
                    .asString()
                    .endsWith("operation=serverStart\tresult=failure");
        } finally {
            audit.detachAppender(lines);
        }
    }

    /** What ends a server that serves has not kept it from starting. */
    @Test
    void overABugBehindItClosesTheServer() throws Exception {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream broken = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                throw new IllegalStateException(BUG);
            }
        };
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);

        ExitCode code = Main.serve(
                BatonServer.start(settings), new Signals(List.of(), errors), Optional.empty(), broken, errors);

        assertThat(code).isEqualTo(ExitCode.INTERNAL);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("stopped: ").contains(BUG);
        assertNothingIsLeft();
    }

    /** Fails with what nobody expects. */
    private static Disk failingAt(String culprit) {
        return new TappedDisk(Disk.ofSystem(), new TappedDisk.Tap() {
            @Override
            public void before(String call, Path file, int bytes) {
                if (culprit.equals(call + " " + file.getFileName())) {
                    throw new IllegalStateException(BUG);
                }
            }

            @Override
            public void beforeReading(String call, Path file) {
                before(call, file, 0);
            }
        });
    }

    /** Another start has all of it. */
    private void assertNothingIsLeft() {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(threads()).isEmpty());
        assertThatCode(() -> BatonServer.start(settings).close()).doesNotThrowAnyException();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("baton-"))
                .toList();
    }
}
