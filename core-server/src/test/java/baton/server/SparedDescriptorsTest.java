package baton.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.server.config.ConfigReport;
import baton.server.config.Descriptors;
import baton.server.config.ServerSettings;
import baton.server.config.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which servers leave descriptors of their process to files, and that they do. */
@Timeout(60)
class SparedDescriptorsTest {
    private static final int DESCRIPTORS = 320;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void aServerTakesNoClientsForWhomItsProcessHasNoDescriptors(Transport transport) throws Exception {
        ServerSettings settings = ServerSettings.inMemory().withLimits(TransportUnderTest.limits(transport));
        HostProcess crowded = new HostProcess(ConfigReport.NONE, new Descriptors(OptionalLong.of(4)), Optional.empty());

        try (BatonServer server = BatonServer.start(settings, crowded)) {
            assertThatThrownBy(() -> RawClient.withSession(server.port(), 10_000))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void onlyAProcessThatIsThereForTheServerHasItsDescriptorsSharedOut() {
        assertThat(HostProcess.OF_APPLICATION.descriptors()).isEqualTo(Descriptors.UNLIMITED);
        assertThat(HostProcess.ofServer(ConfigReport.NONE, Optional.empty()).descriptors())
                .isEqualTo(Descriptors.ofThisProcess());
    }

    @ParameterizedTest
    @EnumSource
    @EnabledOnOs(OS.LINUX)
    void aServerThatIsStartedAloneKeepsAQuarterForItsFiles(Transport transport) throws Exception {
        TransportUnderTest.limits(transport);
        Path config = Files.write(
                directory.resolve("zoo.cfg"),
                List.of(
                        "dataDir=" + directory.resolve("data"),
                        "clientPort=2181",
                        "maxClientCnxns=0",
                        "admin.enableServer=false",
                        "baton.transport=" + transport.keyword()));
        Process server = new ProcessBuilder("sh", "-c", "ulimit -n " + DESCRIPTORS + "; exec " + javaCommand(config))
                .redirectError(directory.resolve("stderr").toFile())
                .start();
        List<RawClient> clients = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            int port = Integer.parseInt(out.readLine().split("[: ]")[3]);
            assertThatThrownBy(() -> {
                        while (clients.size() <= DESCRIPTORS) {
                            clients.add(RawClient.withSession(port, 30_000));
                        }
                    })
                    .isInstanceOf(IOException.class);

            assertThat(descriptorsOf(server)).isBetween(DESCRIPTORS * 5 / 8L, DESCRIPTORS * 7 / 8L);
            clients.get(0).send(1, new Request.Create(OpCode.CREATE, "/node", Bytes.EMPTY, Acl.OPEN, 0));
            assertThat(clients.get(0).receiveHeader().error()).isZero();
        } finally {
            for (RawClient each : clients) {
                each.close();
            }
            server.destroyForcibly().waitFor();
        }
    }

    private static long descriptorsOf(Process process) throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return open.count();
        }
    }

    private static String javaCommand(Path config) {
        return Path.of(System.getProperty("java.home"), "bin", "java") + " -Xmx256m -XX:TieredStopAtLevel=1"
                + " -XX:+UseSerialGC -XX:-UsePerfData -cp " + System.getProperty("java.class.path") + " "
                + Main.class.getName() + " " + config + " --listen 127.0.0.1:0";
    }
}
