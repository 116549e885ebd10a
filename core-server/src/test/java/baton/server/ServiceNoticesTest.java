package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import baton.core.testkit.TestCertificate;
import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.config.ConfigReport;
import baton.server.config.LimitSettings;
import baton.server.config.ServerSettings;
import baton.server.config.Supervisor;
import baton.server.config.Transport;
import baton.server.runtime.LoadProgress;
import baton.server.runtime.ReloadNotices;
import baton.server.runtime.StandingClock;
import baton.server.storage.Disk;
import baton.server.storage.TappedDisk;
import baton.server.transport.NoticeSocket;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What systemd hears of a server, at a socket like systemd's. */
@ParameterizedClass
@EnumSource(names = {"AUTO", "IO_URING"})
class ServiceNoticesTest {
    private final LimitSettings limits;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private EventLoopGroup group;
    private Channel manager;
    private Path socket;
    private final StandingClock clock = new StandingClock();

    ServiceNoticesTest(Transport transport) {
        limits = TransportUnderTest.limits(transport);
    }

    @BeforeEach
    void listen() throws Exception {
        assumeTrue(Epoll.isAvailable(), "SKIPPED: systemd's sockets need Linux");
        // A socket's name may be 107 bytes long.
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "notify");
        socket = directory.resolve("s");
        group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        manager = new Bootstrap()
                .group(group)
                .channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext context, DomainDatagramPacket packet) {
                        heard.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                })
                .bind(new DomainSocketAddress(socket.toString()))
                .sync()
                .channel();
    }

    @AfterEach
    void close() throws Exception {
        if (group != null) {
            manager.close().sync();
            group.shutdownGracefully(0, 2, TimeUnit.SECONDS).sync();
            Files.deleteIfExists(socket);
            Files.delete(socket.getParent());
        }
    }

    private String next() throws InterruptedException {
        String notice = heard.poll(20, TimeUnit.SECONDS);
        assertThat(notice).isNotNull();
        return notice;
    }

    private BatonServer started(ServerSettings settings, int watchdogMillis) throws Exception {
        return BatonServer.start(settings.withLimits(limits), hostToldEvery(watchdogMillis));
    }

    private HostProcess hostToldEvery(int watchdogMillis) {
        Supervisor supervisor = new Supervisor(socket.toString(), watchdogMillis);
        return HostProcess.ofServer(ConfigReport.NONE, Optional.of(supervisor));
    }

    @Test
    void aServerSaysThatItIsReadyThatItLivesAndThatItStops() throws Exception {
        try (BatonServer server = started(ServerSettings.inMemory(), 100)) {
            server.reportReady();

            assertThat(next()).isEqualTo("READY=1\nSTATUS=listening on " + server.listening());
            assertThat(next()).isEqualTo("WATCHDOG=1");
            assertThat(next()).isEqualTo("WATCHDOG=1");
            heard.clear();
        }
        String last = next();
        while (last.equals("WATCHDOG=1")) {
            last = next();
        }
        assertThat(last).isEqualTo("STOPPING=1");
    }

    @Test
    void withoutAWatchdogItIsSilentUntilItStops() throws Exception {
        try (BatonServer server = started(ServerSettings.inMemory(), 0)) {
            server.reportReady();
            assertThat(next()).startsWith("READY=1");
        }
        assertThat(next()).isEqualTo("STOPPING=1");
    }

    @Test
    void aStartThatGetsOnIsWaitedFor(@TempDir Path data) throws Exception {
        ServerSettings settings = ServerSettings.inDirectory(data).withLimits(limits);
        try (BatonServer server = BatonServer.start(settings);
                RawClient client = RawClient.withSession(server.port(), 10_000)) {
            client.send(1, new Request.Create(OpCode.CREATE, "/node", Bytes.EMPTY, Acl.OPEN, 0));
            client.receiveHeader();
        }

        started(settings, 0).close();

        assertThat(next()).startsWith("EXTEND_TIMEOUT_USEC=300000000\nSTATUS=loads its data: ");
    }

    /** Of a million nodes each is a piece. */
    @Test
    void aStartAsksForTimeSeldomAndOnlyWhileItGetsOn() throws Exception {
        try (LoadProgress progress = LoadProgress.ofStart(Optional.of(new Supervisor(socket.toString(), 0)), clock)) {
            progress.toRead(2500);
            for (int second = 0; second < 25; second++) {
                progress.hasRead(100 * second);
                progress.run();
                clock.goOn(TimeUnit.SECONDS.toNanos(1));
            }
        }

        List<String> told = toldSoFar();
        // At once, after 10 s and after 20 s.
        String more = "EXTEND_TIMEOUT_USEC=300000000\nSTATUS=loads its data: ";
        assertThat(told)
                .containsExactly(more + "0 % of 2500 bytes", more + "40 % of 2500 bytes", more + "80 % of 2500 bytes");
    }

    /** The old server has just given a sign of life, and each node that is read is a piece. */
    @Test
    void aServerThatTakesThePlaceOfAnotherGivesSignsOfLifeSeldom() throws Exception {
        Optional<Supervisor> watching = Optional.of(new Supervisor(socket.toString(), 10_000));
        try (LoadProgress progress = LoadProgress.ofRebirth(watching, 0, clock)) {
            for (int i = 0; i < 25; i++) {
                progress.run();
                clock.goOn(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }

        // After 1 s and after 2 s.
        assertThat(toldSoFar()).hasSize(2).allMatch(told -> told.equals("WATCHDOG=1\nSTATUS=replaces its data"));
    }

    @Test
    void nobodyWhoDoesNotWatchTheProcessHearsThatAServerTakesThePlaceOfAnother() throws Exception {
        try (LoadProgress progress =
                LoadProgress.ofRebirth(Optional.of(new Supervisor(socket.toString(), 0)), 0, clock)) {
            progress.run();
        }

        assertThat(toldSoFar()).isEmpty();
    }

    private List<String> toldSoFar() throws Exception {
        NoticeSocket last = NoticeSocket.open(socket.toString());
        last.send("over");
        last.close();
        List<String> told = new ArrayList<>();
        for (String each = next(); !each.equals("over"); each = next()) {
            told.add(each);
        }
        return told;
    }

    /** As a manager learns that wants to know when a reload that it asked for by a signal has begun, and when it is over. */
    @Test
    void aServerThatReadsCertificatesAgainSaysWhenItBeginsAndWhenItIsReady(@TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.ofServer(directory, "server");
        ServerSettings settings = ServerSettings.inMemory().withSecure(TransportUnderTest.secured(certificate));
        try (BatonServer server = started(settings, 0)) {
            server.reportReady();
            assertThat(next()).startsWith("READY=1");

            long beforeNanos = System.nanoTime();
            server.reload();

            String begun = next();
            assertThat(begun).startsWith("RELOADING=1\nMONOTONIC_USEC=");
            assertThat(Long.parseLong(begun.substring(begun.lastIndexOf('=') + 1)))
                    .isBetween(
                            TimeUnit.NANOSECONDS.toMicros(beforeNanos),
                            TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
            assertThat(next()).isEqualTo("READY=1");
        }
        assertThat(next()).isEqualTo("STOPPING=1");
    }

    @Test
    void aServerWithoutCertificatesIsReadyAgainAtOnce() throws Exception {
        try (BatonServer server = started(ServerSettings.inMemory(), 0)) {
            server.reload();
            server.reportReady();
            assertThat(next()).startsWith("READY=1\nSTATUS=");

            server.reload();

            assertThat(next()).startsWith("RELOADING=1\n");
            assertThat(next()).isEqualTo("READY=1");
        }
    }

    @Test
    void whateverComesOfAReloadItIsOver() throws Exception {
        ReloadNotices notices = new ReloadNotices(Optional.of(new Supervisor(socket.toString(), 0)), clock);

        assertThatThrownBy(() -> notices.around(() -> {
                    throw new AssertionError("no more");
                }))
                .hasMessage("no more");

        assertThat(toldSoFar()).containsExactly("RELOADING=1\nMONOTONIC_USEC=0", "READY=1");
    }

    @Test
    void aServerThatHasClosedIsNeverReadyAgain(@TempDir Path directory) throws Exception {
        TestCertificate certificate = TestCertificate.ofServer(directory, "server");
        ServerSettings plain = ServerSettings.inMemory();
        for (ServerSettings each : List.of(plain, plain.withSecure(TransportUnderTest.secured(certificate)))) {
            BatonServer server = started(each, 0);
            server.reportReady();
            server.close();
            assertThat(next()).startsWith("READY=1");
            assertThat(next()).isEqualTo("STOPPING=1");

            server.reload();
            server.reportReady();

            assertThat(toldSoFar()).isEmpty();
        }
    }

    @Test
    void aServerWhoseDataIsReplacedIsReadyAgain(@TempDir Path data) throws Exception {
        try (BatonServer server = started(RestorableServer.settings(data), 0)) {
            server.reportReady();
            while (!next().startsWith("READY=1")) {}

            RestorableServer.restore(server, RestorableServer.save(server));

            assertThat(next()).isEqualTo("WATCHDOG=1\nSTATUS=replaces its data");
            assertThat(next()).isEqualTo("READY=1\nSTATUS=listening on " + server.listening());
        }
        assertThat(next()).isEqualTo("STOPPING=1");
    }

    @Test
    void aServerWhoseDataIsReplacedLivesAsLongAsThatGetsOn(@TempDir Path data) throws Exception {
        int beatMillis = 20;
        Disk disk = new TappedDisk(Disk.ofSystem(), (call, path, bytes) -> {
            if (call.equals("rename") && path.getFileName().toString().startsWith("tmp.replacement")) {
                // The old server has ended, and the next beat is due with whatever is read of the new state.
                long begin = System.nanoTime();
                while (System.nanoTime() - begin <= TimeUnit.MILLISECONDS.toNanos(beatMillis)) {
                    Thread.onSpinWait();
                }
            }
        });
        try (BatonServer server = BatonServer.start(
                RestorableServer.settings(data).withLimits(limits), hostToldEvery(2 * beatMillis), disk)) {
            byte[] saved = RestorableServer.save(server);
            server.reportReady();

            RestorableServer.restore(server, saved);

            while (!next().contains("STATUS=replaces its data")) {}
            List<String> meanwhile = new ArrayList<>();
            for (String each = next(); !each.startsWith("READY=1"); each = next()) {
                meanwhile.add(each);
            }
            assertThat(meanwhile)
                    .isNotEmpty()
                    .allMatch(each -> each.startsWith("WATCHDOG=1\nSTATUS=replaces its data"));
        }
    }

    @Test
    void aManagerThatDoesNotListenIsNoReasonNotToServe() throws Exception {
        Supervisor nobody = new Supervisor(socket.resolveSibling("nobody").toString(), 100);
        ServerSettings settings = ServerSettings.inMemory().withLimits(limits);
        try (BatonServer server =
                BatonServer.start(settings, HostProcess.ofServer(ConfigReport.NONE, Optional.of(nobody)))) {
            server.reportReady();

            RawClient.withSession(server.port(), 10_000).close();
        }
        assertThat(heard).isEmpty();
    }

    @Test
    void theEnvironmentSaysWhoWantsToHear() {
        assertThat(Supervisor.of(Map.of(), 7)).isEmpty();
        assertThat(Supervisor.of(Map.of("NOTIFY_SOCKET", "vsock:2:1234"), 7)).isEmpty();
        assertThat(Supervisor.of(Map.of("NOTIFY_SOCKET", "@systemd", "WATCHDOG_USEC", "30000000"), 7))
                .contains(new Supervisor("@systemd", 30_000));
        assertThat(Supervisor.of(
                        Map.of("NOTIFY_SOCKET", "/run/s", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "8"), 7))
                .contains(new Supervisor("/run/s", 0));
    }
}
