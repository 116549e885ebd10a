package baton.server;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.config.ServerSettings;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/** Who speaks another protocol is closed, and operators read which. */
class StrangersTest {
    private static final String KAFKA_ASKS_FOR_VERSIONS =
            "00000017 0012 0003 00000001 000d 61646d696e636c69656e742d31 00";
    private static final String KAFKA_ASKS_FOR_TOPICS = "00000016 0003 0001 00000002 0008 70726f6475636572 ffffffff";

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("baton.server.transport.Complaints");
    private BatonServer server;

    @BeforeEach
    void start() throws Exception {
        lines.start();
        log.addAppender(lines);
        server = BatonServer.start(ServerSettings.inMemory());
    }

    @AfterEach
    void stop() {
        log.detachAppender(lines);
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                KAFKA_ASKS_FOR_VERSIONS + " | Kafka on the client port: it is a client of brokers",
                KAFKA_ASKS_FOR_TOPICS + " | Kafka on the client port: it is a client of brokers",
                "00000003 010203 | no ZooKeeper handshake",
                "00000010 01010101 01010101 01010101 01010101 | no ZooKeeper handshake",
            })
    void aFrameThatAsksForNoSessionIsNamed(String hex, String reason) throws Exception {
        assertThat(refused(hex)).isEqualTo(reason);
    }

    @Test
    void aFrameThatIsNoRequestIsNamed() throws Exception {
        try (RawClient client = RawClient.withSession(server.port(), 10_000)) {
            client.send(ByteBuffer.allocate(7).putInt(3).array());

            assertThat(client.isCutOff()).isTrue();
        }
        assertThat(reasons()).containsExactly("a frame too short for a request");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*1\\r\\n$4\\r\\nPING\\r\\n | Redis on the client port",
                "PRI * HTTP/2.0\\r"
                        + "\\n"
                        + "\\r"
                        + "\\n"
                        + "SM | HTTP request on the client port; the admin server has another (admin.serverPort)",
                "HELO mail.example | SMTP on the client port",
                "rUOK | text on the client port that is no four-letter word",
                "SSH-2.0-OpenSSH | SSH on the client port",
            })
    void anotherProtocolIsNamedByItsFirstWord(String said, String reason) throws Exception {
        byte[] bytes = said.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);

        assertThat(refused(HexFormat.of().formatHex(bytes))).isEqualTo(reason);
    }

    @Test
    void eachLineHasTheBeginningAndTheSizeWhereThereIsOne() throws Exception {
        refused("10000001 0102030405060708090a0b0c0d0e0f");
        refused("47455420 2f20485454502f312e310d0a0d0a");
        refused(KAFKA_ASKS_FOR_TOPICS);

        assertThat(details())
                .containsExactly(
                        "sizeBytes=268435457 begins=100000010102030405060708090a0b0c sizeBytesMax=1048575",
                        "begins=474554202f20485454502f312e310d0a",
                        "apiKey=3 sizeBytes=22 begins=00000016000300010000000200087072");
    }

    @Test
    void whatMayBeAPasswordIsNotShown() throws Exception {
        refused(HexFormat.of().formatHex("AUTH hunter2\r\n".getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(details()).containsExactly("begins=41555448");
    }

    @Test
    void eachReasonIsSaidOnceOfAnAddressWhateverTheSize() throws Exception {
        refused("7f000001");
        refused("7f000002");
        refused("00000003 010203");
        refused("00000002 0102");
        refused("47455420");

        assertThat(reasons())
                .containsExactly(
                        "a frame over jute.maxbuffer",
                        "no ZooKeeper handshake",
                        "HTTP request on the client port; the admin server has another (admin.serverPort)");
    }

    private String refused(String hex) throws Exception {
        int before = lines.list.size();
        try (RawClient client = new RawClient(server.port())) {
            client.send(HexFormat.of().parseHex(hex.replace(" ", "")));

            assertThat(client.isCutOff()).isTrue();
        }
        return String.join("; ", reasons().subList(before, lines.list.size()));
    }

    private List<String> details() {
        return List.copyOf(lines.list).stream()
                .map(each -> each.getFormattedMessage().replaceAll(".* because=\"[^\"]*\" ", ""))
                .toList();
    }

    private List<String> reasons() {
        return List.copyOf(lines.list).stream()
                .map(each -> each.getFormattedMessage().replaceAll(".* because=\"([^\"]*)\".*", "$1"))
                .toList();
    }
}
