package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.core.testkit.TestCertificate;
import baton.protocol.tls.Revocation;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.server.config.TlsSettings;
import baton.server.config.TlsSettings.ClientAuth;
import baton.server.transport.TlsServer;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What is told of a file that three ports share. */
@Timeout(60)
class TlsThreadTest {
    @TempDir
    Path directory;

    private final Logger logger = (Logger) LoggerFactory.getLogger(TlsThread.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private Path keys;

    @BeforeEach
    void listen() throws Exception {
        keys = Files.copy(
                TestCertificate.ofServer(directory, "first").pkcs12(),
                directory.resolve("keys.p12"),
                StandardCopyOption.REPLACE_EXISTING);
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
    }

    @AfterEach
    void restoreLogger() {
        logger.setLevel(null);
        logger.detachAppender(lines);
    }

    private Optional<TlsSettings> settings() {
        return settings(keys);
    }

    private static Optional<TlsSettings> settings(Path file) {
        return Optional.of(TlsSettings.of(StoreFile.of(file, Secret.of(TestCertificate.PASSWORD)), null)
                .withClientAuth(ClientAuth.NONE));
    }

    /** The same, but only looked at when that is asked for. */
    private static Optional<TlsSettings> leftAlone(Optional<TlsSettings> settings) {
        return settings.map(each -> new TlsSettings(
                each.keys(),
                each.trust(),
                each.revocation(),
                each.clientAuth(),
                each.clientAddressVerified(),
                each.protocols(),
                each.ciphers(),
                false,
                each.handshakesMax()));
    }

    @Test
    void isToldOnceWhateverItIs() throws Exception {
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-r--r--"));
        TlsThread tls =
                TlsThread.start(leftAlone(settings()), leftAlone(settings()), leftAlone(settings()), failure -> {});
        assertThat(told())
                .containsExactly("WARN private key file=" + keys + " can be read by every user of this machine");

        replaceKeys("nonsense".getBytes(StandardCharsets.US_ASCII));
        tls.reload(Runnable::run);
        await().until(() -> told().size() > 1);
        replaceKeys(
                Files.readAllBytes(TestCertificate.ofServer(directory, "second").pkcs12()));
        tls.reload(Runnable::run);
        await().until(() -> told().get(told().size() - 1).startsWith("INFO"));
        tls.close();

        assertThat(told()).hasSize(3);
        assertThat(told().get(1)).startsWith("ERROR kept the old certificates because=cannot use " + keys);
        assertThat(told().get(2)).isEqualTo("INFO reloaded certificates files=" + keys);
    }

    @Test
    void whoAsksIsToldEachTimeAlsoOfFilesThatHaveNotChanged() throws Exception {
        TlsThread tls = TlsThread.start(leftAlone(settings()), Optional.empty(), Optional.empty(), failure -> {});
        tls.reload(Runnable::run);
        await().until(() -> looks().size() > 0);
        replaceKeys("nonsense".getBytes(StandardCharsets.US_ASCII));
        tls.reload(Runnable::run);
        tls.reload(Runnable::run);
        await().until(() -> looks().size() > 2);
        tls.close();

        assertThat(looks()).hasSize(3);
        assertThat(looks().get(0)).isEqualTo("INFO reloaded certificates files=" + keys);
        assertThat(looks().get(1)).startsWith("ERROR kept the old certificates because=cannot use " + keys);
        assertThat(looks().get(2)).isEqualTo(looks().get(1));
    }

    @Test
    void whatIsToBeDoneAroundTheLookIsDoneOnItsThread() throws Exception {
        TlsThread tls = TlsThread.start(leftAlone(settings()), Optional.empty(), Optional.empty(), failure -> {});
        CompletableFuture<List<String>> before = new CompletableFuture<>();
        CompletableFuture<List<String>> then = new CompletableFuture<>();

        tls.reload(look -> {
            before.complete(looks());
            look.run();
            then.complete(looks());
        });

        assertThat(then.get(20, TimeUnit.SECONDS)).containsExactly("INFO reloaded certificates files=" + keys);
        assertThat(before).isCompletedWithValue(List.of());
        tls.close();
    }

    @Test
    void isNotAskedInVainOnceItHasEnded() throws Exception {
        TlsThread tls = TlsThread.start(leftAlone(settings()), Optional.empty(), Optional.empty(), failure -> {});
        tls.close();

        tls.reload(look -> {
            throw new AssertionError("begun");
        });

        assertThat(looks()).isEmpty();
    }

    /** Else no port would ever be looked at again. */
    @Test
    void anErrorIsToldAsAnythingElseThatALookThrows() {
        TlsThread.Look look = new TlsThread.Look(
                "keys.p12",
                () -> {
                    throw new NoClassDefFoundError("provider");
                },
                () -> new TlsServer.Reload(true, "keys.p12"),
                failure -> {});

        assertThat(look.ifChanged()).isEmpty();

        assertThat(told()).containsExactly("ERROR kept the old certificates files=keys.p12");
    }

    /** Of a file system that is closed, even the time of a file throws what nobody expects. */
    @Test
    void whereOnePortFailsTheOthersAreLookedAt() throws Exception {
        Path archive = directory.resolve("keys.zip");
        FileSystem closing = FileSystems.newFileSystem(archive, Map.of("create", "true"));
        Path inside = Files.copy(keys, closing.getPath("/keys.p12"));
        TlsThread tls = TlsThread.start(
                leftAlone(settings(inside)), leftAlone(settings()), leftAlone(settings()), failure -> {});
        closing.close();

        replaceKeys(
                Files.readAllBytes(TestCertificate.ofServer(directory, "second").pkcs12()));
        tls.reload(Runnable::run);

        await().until(() -> told().contains("INFO reloaded certificates files=" + keys));
        replaceKeys(
                Files.readAllBytes(TestCertificate.ofServer(directory, "third").pkcs12()));
        tls.reload(Runnable::run);
        await().until(() -> looks().size() > 3);
        tls.close();
        assertThat(looks())
                .containsExactly(
                        "ERROR kept the old certificates files=/keys.p12",
                        "INFO reloaded certificates files=" + keys,
                        "ERROR kept the old certificates files=/keys.p12",
                        "INFO reloaded certificates files=" + keys);
    }

    /** Each look says what it sees; each change of that is told once, and to who asks all of it. */
    @Test
    void whatALookThrowsIsToldWhenItBeginsChangesAndEndsAndToWhoAsks() {
        AtomicReference<@Nullable RuntimeException> thrown = new AtomicReference<>();
        TlsServer.Reload done = new TlsServer.Reload(true, "keys.p12");
        Supplier<TlsServer.Reload> reload = () -> {
            RuntimeException now = thrown.get();
            if (now != null) {
                throw now;
            }
            return done;
        };
        TlsThread.Look look = new TlsThread.Look("keys.p12", () -> Optional.of(reload.get()), reload, failure -> {});

        assertThat(look.ifChanged()).contains(done);
        thrown.set(new IllegalStateException("closed"));
        assertThat(look.ifChanged()).isEmpty();
        assertThat(look.ifChanged()).isEmpty();
        thrown.set(new IllegalStateException("closed"));
        assertThat(look.ifChanged()).isEmpty();
        thrown.set(new IllegalStateException("gone"));
        assertThat(look.ifChanged()).isEmpty();
        assertThat(look.ifChanged()).isEmpty();
        thrown.set(null);
        assertThat(look.ifChanged()).contains(done);
        assertThat(look.ifChanged()).contains(done);
        thrown.set(new IllegalStateException("gone"));
        assertThat(look.ifChanged()).isEmpty();

        assertThat(look.anew()).isEmpty();
        assertThat(look.anew()).isEmpty();
        assertThat(look.ifChanged()).isEmpty();
        thrown.set(null);
        assertThat(look.ifChanged()).contains(done);

        assertThat(told())
                .containsExactly(
                        "ERROR kept the old certificates files=keys.p12",
                        "ERROR kept the old certificates files=keys.p12",
                        "INFO certificates can be looked at again files=keys.p12",
                        "ERROR kept the old certificates files=keys.p12",
                        "ERROR kept the old certificates files=keys.p12",
                        "ERROR kept the old certificates files=keys.p12",
                        "INFO certificates can be looked at again files=keys.p12");
    }

    /** Else all handshakes would wait while one asks whether a certificate was revoked. */
    @Test
    void isSeveralThreadsWhereOthersAreAsked() throws Exception {
        assertThat(threadsOf(settings())).isEqualTo(1);
        assertThat(threadsOf(settings().map(each -> each.withRevocation(Revocation.RESPONDERS))))
                .isEqualTo(4);
    }

    private static long threadsOf(Optional<TlsSettings> settings) throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        TlsThread tls = TlsThread.start(settings, Optional.empty(), Optional.empty(), failure -> {});
        try {
            // Each look may begin on a thread of its own.
            for (int i = 0; i < 10; i++) {
                tls.reload(Runnable::run);
            }
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(each -> !before.contains(each) && each.getName().startsWith(ServerThreads.TLS))
                    .count();
        } finally {
            tls.close();
        }
    }

    private void replaceKeys(byte[] bytes) throws IOException {
        Path aside = Files.write(directory.resolve("aside"), bytes);
        Files.move(aside, keys, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Without who may read the files, which they inherit from where they are made. */
    private List<String> looks() {
        return told().stream().filter(each -> !each.startsWith("WARN")).toList();
    }

    private List<String> told() {
        return lines.list.stream()
                .map(each -> each.getLevel() + " " + each.getFormattedMessage())
                .toList();
    }
}
