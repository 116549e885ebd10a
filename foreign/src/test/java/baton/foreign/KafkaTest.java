package baton.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A Kafka broker in ZooKeeper mode keeps its metadata on a Baton server. Takes about half a minute. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KafkaTest {
    private static final Duration READ_MAX = Duration.ofSeconds(120);
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 1_000;

    @TempDir
    private Path directory;

    @Test
    void aBrokerServesItsTopicsAcrossRestartsOfItselfAndOfTheServer() throws Exception {
        int serverPort = freePort(20_000);
        int brokerPort = freePort(26_000);
        try (Command server = server(serverPort);
                Command broker = broker(brokerPort, serverPort);
                Admin admin = admin(brokerPort)) {
            admin.createTopics(List.of(new NewTopic("orders", PARTITIONS, (short) 1)))
                    .all()
                    .get();
            produce(brokerPort, 0);
            assertThat(consume(brokerPort, RECORDS)).hasSize(RECORDS);
            server.close();
            try (Command serverAgain = server(serverPort)) {
                admin.createTopics(List.of(new NewTopic("later", 1, (short) 1)))
                        .all()
                        .get();
                broker.terminate();
                restarted(brokerPort, serverPort);
            }
        }
    }

    private void restarted(int brokerPort, int serverPort) throws Exception {
        try (Command broker = broker(brokerPort, serverPort);
                Admin admin = admin(brokerPort)) {
            awaitTopics(admin, Set.of("orders", "later"));
            produce(brokerPort, RECORDS);
            assertThat(consume(brokerPort, 2 * RECORDS)).hasSize(2 * RECORDS);
            admin.deleteTopics(List.of("later")).all().get();
            ConfigResource orders = new ConfigResource(ConfigResource.Type.TOPIC, "orders");
            admin.incrementalAlterConfigs(Map.of(
                            orders,
                            List.of(new AlterConfigOp(
                                    new ConfigEntry("retention.ms", "1234567"), AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }

    /** A broker is up before its controller has told it the topics. */
    private static void awaitTopics(Admin admin, Set<String> wanted) throws Exception {
        long end = System.nanoTime() + READ_MAX.toNanos();
        Set<String> names = admin.listTopics().names().get();
        while (!names.containsAll(wanted) && System.nanoTime() - end < 0) {
            names = admin.listTopics().names().get();
        }
        assertThat(names).containsAll(wanted);
    }

    private static void produce(int port, int first) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + port,
                ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class,
                ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings)) {
            for (int i = first; i < first + RECORDS; i++) {
                producer.send(new ProducerRecord<>("orders", Integer.toString(i), "value " + i));
            }
            producer.flush();
        }
    }

    /** Reads as a new group, from the beginning, until the wanted number of different records is there. */
    private static TreeSet<String> consume(int port, int wanted) {
        Map<String, Object> settings = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                "127.0.0.1:" + port,
                ConsumerConfig.GROUP_ID_CONFIG,
                "readers-" + wanted,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                StringDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                StringDeserializer.class);
        TreeSet<String> seen = new TreeSet<>();
        long end = System.nanoTime() + READ_MAX.toNanos();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
            consumer.subscribe(List.of("orders"));
            while (seen.size() < wanted && System.nanoTime() - end < 0) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
                    seen.add(record.key() + " " + record.value());
                }
            }
        }
        return seen;
    }

    private static Admin admin(int port) {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + port));
    }

    private Command server(int port) throws IOException, InterruptedException {
        return Command.started(
                "listening on ",
                Path.of("..", "bin", "baton").toString(),
                "server",
                "--listen",
                "127.0.0.1:" + port,
                "--data-dir",
                directory.resolve("znodes").toString());
    }

    private Command broker(int port, int serverPort) throws IOException, InterruptedException {
        Path properties = directory.resolve("broker.properties");
        Files.write(
                properties,
                List.of(
                        "broker.id=1",
                        "zookeeper.connect=127.0.0.1:" + serverPort + "/kafka",
                        "zookeeper.session.timeout.ms=6000",
                        "listeners=PLAINTEXT://127.0.0.1:" + port,
                        "log.dirs=" + directory.resolve("kafka"),
                        "offsets.topic.replication.factor=1",
                        "offsets.topic.num.partitions=3",
                        "group.initial.rebalance.delay.ms=0"));
        return Command.started(
                "[KafkaServer id=1] started",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.slf4j.simpleLogger.logFile=System.out",
                "-cp",
                System.getProperty("java.class.path"),
                "kafka.Kafka",
                properties.toString());
    }

    /** Below those that systems hand out by themselves: none of them goes to a connection meanwhile. */
    private static int freePort(int first) {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(first, first + 6_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // Another is not.
            }
        }
    }
}
