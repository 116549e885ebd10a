package baton.recipes.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import baton.core.Expect;
import baton.core.NodePath;
import baton.core.Payload;
import baton.core.testkit.sim.OpKind;
import baton.recipes.Codec;
import baton.recipes.CoordinationClient;
import baton.recipes.codec.RecordCodec;
import baton.recipes.sim.Failure;
import baton.recipes.sim.ProcessScheduler;
import baton.recipes.sim.SimulatedWorld;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigWatcherTest {
    record Limits(int maxOrders, Duration timeout) {}

    private static final RecordCodec<Limits> CODEC = RecordCodec.of(Limits.class);
    private static final NodePath PATH = NodePath.of("/config/limits");

    @TempDir
    private Path directory;

    private final SimulatedWorld world = new SimulatedWorld(5);
    private final CoordinationClient client = world.client("reader");
    private final CoordinationClient admin = world.client("admin");
    private final Heard heard = new Heard();

    /** What a listener was told, in order. */
    private static final class Heard implements ConfigListener<Limits> {
        final List<String> events = new ArrayList<>();

        @Override
        public void changed(ConfigSnapshot<Limits> old, ConfigSnapshot<Limits> now) {
            events.add(old.value().maxOrders() + "->" + now.value().maxOrders());
        }

        @Override
        public void rejected(Rejection rejection) {
            events.add("rejected " + rejection.reason().replaceFirst("^not a Limits \\(\\d+ bytes\\): ", ""));
        }

        @Override
        public void stale(boolean stale) {
            events.add("stale " + stale);
        }
    }

    @Test
    void aGoodABadAndAGoodValueMakeOneChangeAndOneRejection() {
        write("maxOrders=1\ntimeout=1s\n");
        ConfigWatcher<Limits> watcher = started(builder());
        world.until("ready", () -> heardOf(watcher) == 1);

        write("maxOrders=many\ntimeout=1s\n");
        world.until("rejected", () -> heard.events.size() == 1);

        assertThat(watcher.current()).isEqualTo(new Limits(1, Duration.ofSeconds(1)));
        assertThat(watcher.snapshot().source()).isEqualTo(ConfigSnapshot.Source.LAST_GOOD);
        assertThat(watcher.snapshot().lastRejection().orElseThrow().excerpt()).startsWith("maxOrders=many");

        world.get("looked again", watcher.refresh());
        write("maxOrders=3\ntimeout=1s\n");
        world.until("changed", () -> watcher.current().maxOrders() == 3);
        world.runFor(Duration.ofSeconds(5));

        assertThat(heard.events)
                .containsExactly("rejected line 1: maxOrders=many: not a whole number of 32 bits", "1->3");
        assertThat(watcher.snapshot().source()).isEqualTo(ConfigSnapshot.Source.LIVE);
        assertThat(watcher.snapshot().lastRejection()).isEmpty();
    }

    @Test
    void emptyForeignAndHugeBytesAreRejectedAndHarmNothing() {
        write("maxOrders=1\ntimeout=1s\n");
        ConfigWatcher<Limits> watcher = started(builder());
        world.until("ready", () -> heardOf(watcher) == 1);

        for (byte[] bad : List.of(new byte[0], new byte[] {(byte) 0xff, 0, 1}, new byte[600 * 1024])) {
            int before = heard.events.size();
            write(Payload.of(bad));
            world.until("rejected", () -> heard.events.size() > before);
        }

        assertThat(heard.events).hasSize(3).allMatch(event -> event.startsWith("rejected "));
        assertThat(heard.events.get(2)).isEqualTo("rejected 614400 bytes: must be at most 524288");
        assertThat(watcher.current().maxOrders()).isEqualTo(1);
    }

    @Test
    void aDeletedNodeKeepsTheLastGoodValue() {
        write("maxOrders=1\ntimeout=1s\n");
        ConfigWatcher<Limits> watcher = started(builder());
        world.until("ready", () -> heardOf(watcher) == 1);

        world.store().deleteAll(PATH);
        world.until("noticed", () -> watcher.snapshot().source() == ConfigSnapshot.Source.LAST_GOOD);

        assertThat(watcher.current().maxOrders()).isEqualTo(1);
        assertThat(heard.events).isEmpty();
    }

    @Test
    void aDeletedNodeBringsTheDefaultIfSoWanted() {
        write("maxOrders=1\ntimeout=1s\n");
        ConfigWatcher<Limits> watcher = started(
                builder().defaultValue(new Limits(9, Duration.ZERO)).onDelete(ConfigWatcher.OnDelete.USE_DEFAULT));
        world.until("ready", () -> heardOf(watcher) == 1);

        world.store().deleteAll(PATH);
        world.until("default", () -> heardOf(watcher) == 9);
        write("maxOrders=2\ntimeout=1s\n");
        world.until("back", () -> heardOf(watcher) == 2);

        world.runFor(Duration.ofMillis(10));
        assertThat(heard.events).containsExactly("1->9", "9->2");
    }

    @Test
    void nothingGoodAnywhereIsNotReadyAndSaysWhy() {
        ConfigWatcher<Limits> watcher = started(builder());
        assertThatThrownBy(watcher::current)
                .isInstanceOf(NotReadyException.class)
                .hasMessageContaining("the store does not answer");
        world.runFor(Duration.ofSeconds(1));

        assertThatThrownBy(watcher::current).hasMessageContaining("/config/limits does not exist");

        write("maxOrders=x\ntimeout=1s\n");
        world.until("rejected", () -> heard.events.size() == 1);

        assertThatThrownBy(watcher::current).hasMessageContaining("its value was rejected: ");
    }

    @Test
    void withoutTheStoreItStartsFromDiskAndThenFollows() {
        Path file = directory.resolve("limits");
        write("maxOrders=1\ntimeout=1s\n");
        ConfigWatcher<Limits> before = started(builder().diskSnapshot(file));
        world.until("ready", () -> heardOf(before) == 1);
        world.runFor(Duration.ofSeconds(1));
        before.close();
        world.store().faults().restart(Duration.ofMinutes(1));

        SimulatedWorld later = new SimulatedWorld(6);
        later.store().faults().restart(Duration.ofMinutes(1));
        Heard told = new Heard();
        ConfigWatcher<Limits> after = ConfigWatcher.builder(later.client("late"), PATH.toString(), CODEC)
                .diskSnapshot(file)
                .build();
        after.addListener(told);
        after.start();
        later.runFor(Duration.ofSeconds(10));

        assertThat(after.current().maxOrders()).isEqualTo(1);
        assertThat(after.snapshot().source()).isEqualTo(ConfigSnapshot.Source.DISK);

        later.store().put(PATH, Payload.utf8("maxOrders=2\ntimeout=1s\n"));
        later.until("live", Duration.ofMinutes(2), () -> heardOf(after) == 2);

        later.runFor(Duration.ofMillis(10));
        assertThat(told.events).contains("1->2");
        assertThat(after.snapshot().source()).isEqualTo(ConfigSnapshot.Source.LIVE);
    }

    @Test
    void aDamagedDiskSnapshotIsPassedOverForTheDefault() throws Exception {
        Path file = directory.resolve("limits");
        Files.writeString(file, "baton-config-snapshot 1\nrevision=1\nversion=\ncrc32c=0\n\nmaxOrders=7\ntimeout=1s\n");
        world.store().faults().restart(Duration.ofMinutes(1));
        ConfigWatcher<Limits> watcher =
                started(builder().diskSnapshot(file).defaultValue(new Limits(9, Duration.ZERO)));

        world.runFor(Duration.ofSeconds(10));

        assertThat(watcher.snapshot().source()).isEqualTo(ConfigSnapshot.Source.DEFAULT);
        assertThat(watcher.current().maxOrders()).isEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aHundredWritesInASecondEndWithTheLastOneInOrder(long seed) {
        SimulatedWorld fresh = new SimulatedWorld(seed);
        fresh.store().put(PATH, Payload.utf8("maxOrders=0\ntimeout=1s\n"));
        CoordinationClient writer = fresh.client("writer");
        List<Long> revisions = new ArrayList<>();
        ConfigWatcher<Limits> watcher = ConfigWatcher.builder(fresh.client("reader"), PATH.toString(), CODEC)
                .build();
        watcher.addListener((old, now) -> revisions.add(now.revision()));
        watcher.start();
        fresh.until("ready", () -> heardOf(watcher) == 0);

        for (int value = 1; value <= 100; value++) {
            write(fresh, writer, Payload.utf8("maxOrders=" + value + "\ntimeout=1s\n"));
            fresh.runFor(Duration.ofMillis(7));
        }
        fresh.until("the last", Duration.ofSeconds(2), () -> heardOf(watcher) == 100);

        assertThat(revisions).isSorted().doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void aChangeDuringACutIsNotMissed() {
        write("maxOrders=1\ntimeout=1s\n");
        ConfigWatcher<Limits> watcher = started(builder());
        world.until("ready", () -> heardOf(watcher) == 1);

        world.store().faults().cut("reader", Duration.ofSeconds(2));
        write("maxOrders=2\ntimeout=1s\n");
        write("maxOrders=3\ntimeout=1s\n");
        world.until("caught up", () -> heardOf(watcher) == 3);

        world.runFor(Duration.ofMillis(10));
        assertThat(heard.events).containsExactly("1->3");
    }

    @Test
    void reconnectsAndNewSessionsChangeNothing() {
        write("maxOrders=1\ntimeout=1s\n");
        ConfigWatcher<Limits> watcher = started(builder());
        world.until("ready", () -> heardOf(watcher) == 1);

        for (int round = 0; round < 50; round++) {
            if (round % 5 == 0) {
                world.store().faults().expire("reader");
            } else {
                world.store().faults().cut("reader", Duration.ofMillis(300));
            }
            world.runFor(Duration.ofSeconds(2));
        }

        assertThat(heard.events).isEmpty();
        assertThat(watcher.snapshot().source()).isEqualTo(ConfigSnapshot.Source.LIVE);
    }

    @Test
    void aLongSilenceOfTheStoreMakesTheValueStaleUntilItIsSeenAgain() {
        write("maxOrders=1\ntimeout=1s\n");
        ConfigWatcher<Limits> watcher = started(builder());
        world.until("ready", () -> heardOf(watcher) == 1);

        world.store().faults().restart(SimulatedWorld.TIMEOUT.multipliedBy(5));
        world.runFor(SimulatedWorld.TIMEOUT.multipliedBy(4));

        assertThat(watcher.snapshot().stale()).isTrue();
        assertThat(watcher.current().maxOrders()).isEqualTo(1);

        world.until("fresh again", () -> !watcher.snapshot().stale());

        world.runFor(Duration.ofMillis(10));
        assertThat(heard.events).containsExactly("stale true", "stale false");
    }

    @Test
    void aValidatorThatHangsRejectsItsValueAndNoOther() {
        write("maxOrders=1\ntimeout=1s\n");
        List<Runnable> hung = new ArrayList<>();
        boolean[] hang = {false};
        CoordinationClient slow = CoordinationClient.builder(
                        world.store().core(world.simulation().process("slow")))
                .sessionTimeout(SimulatedWorld.TIMEOUT)
                .scheduler(new ProcessScheduler(world.simulation().process("slow-threads")))
                .listenerExecutor(task -> {
                    if (hang[0]) {
                        hang[0] = false;
                        hung.add(task);
                    } else {
                        world.simulation().execute(task);
                    }
                })
                .build()
                .start();
        ConfigWatcher<Limits> watcher = ConfigWatcher.builder(slow, PATH.toString(), CODEC)
                .applyTimeout(Duration.ofSeconds(3))
                .build();
        watcher.start();
        world.until("ready", () -> heardOf(watcher) == 1);

        hang[0] = true;
        write("maxOrders=2\ntimeout=1s\n");
        world.runFor(Duration.ofSeconds(4));

        assertThat(hung).hasSize(1);
        assertThat(watcher.current().maxOrders()).isEqualTo(1);
        assertThat(watcher.snapshot().lastRejection().orElseThrow().reason()).isEqualTo("not applied within PT3S");

        write("maxOrders=3\ntimeout=1s\n");
        world.until("lives", () -> heardOf(watcher) == 3);
        hung.get(0).run();
        world.runFor(Duration.ofSeconds(1));

        assertThat(watcher.current().maxOrders()).isEqualTo(3);
    }

    @Test
    void validatorsRefuseAndAppliersVetoAndGoBack() {
        write("maxOrders=1\ntimeout=1s\n");
        List<String> applied = new ArrayList<>();
        ConfigWatcher<Limits> watcher = builder()
                .validator(limits -> {
                    if (limits.maxOrders() > 100) {
                        throw new IllegalArgumentException("maxOrders=" + limits.maxOrders() + ": at most 100");
                    }
                })
                .build();
        watcher.addApplier((old, now) -> applied.add("first " + now.value().maxOrders()));
        watcher.addApplier((old, now) -> {
            applied.add("second " + now.value().maxOrders());
            if (now.value().maxOrders() == 13) {
                throw new IllegalStateException("13 is bad luck");
            }
        });
        watcher.addListener(heard);
        watcher.start();
        world.until("ready", () -> heardOf(watcher) == 1);

        write("maxOrders=101\ntimeout=1s\n");
        world.until("refused", () -> heard.events.size() == 1);
        write("maxOrders=13\ntimeout=1s\n");
        world.until("vetoed", () -> heard.events.size() == 2);
        write("maxOrders=2\ntimeout=1s\n");
        world.until("taken", () -> heardOf(watcher) == 2);
        world.runFor(Duration.ofSeconds(1));

        assertThat(heard.events)
                .containsExactly("rejected maxOrders=101: at most 100", "rejected 13 is bad luck", "1->2");
        assertThat(applied).containsExactly("first 13", "second 13", "first 1", "second 1", "first 2", "second 2");
    }

    @Test
    void versionsArePublishedListedAndRolledBack() {
        ConfigPublisher<Limits> publisher = publisher().keep(3).build();
        ConfigWatcher<Limits> watcher = started(builder().versioned());
        ConfigVersion first = publish(publisher, 1);
        world.until("first", () -> heardOf(watcher) == 1);
        publish(publisher, 2);
        ConfigVersion third = publish(publisher, 3);
        world.until("third", () -> heardOf(watcher) == 3);

        assertThat(watcher.snapshot().version()).isEqualTo(third.name());
        List<ConfigVersion> history = world.get("history", publisher.history());
        assertThat(history).extracting(ConfigVersion::comment).containsExactly("value 3", "value 2", "value 1");
        assertThat(history.get(0).previous()).isEqualTo(history.get(1).name());

        ConfigVersion back = world.get("rolled back", publisher.rollback(first, "ops"));
        world.until("back", () -> heardOf(watcher) == 1);
        world.runFor(Duration.ofSeconds(1));

        assertThat(back.comment()).isEqualTo("rollback to " + first.name());
        assertThat(world.get("current", publisher.current())).contains(back);
        assertThat(world.get("history", publisher.history()))
                .extracting(ConfigVersion::comment)
                .containsExactly("rollback to " + first.name(), "value 3", "value 2");
    }

    @Test
    void aVersionIsMeasuredAndQuotedByItsValueAlone() {
        String longest = "x".repeat(ConfigWatcher.BYTES_MAX);
        ConfigPublisher<String> publisher = ConfigPublisher.builder(admin, PATH.toString(), Codec.utf8())
                .versioned()
                .build();
        ConfigWatcher<String> watcher = ConfigWatcher.builder(client, PATH.toString(), Codec.utf8())
                .versioned()
                .validator(value -> {
                    if (value.startsWith("bad")) {
                        throw new IllegalArgumentException("it says so itself");
                    }
                })
                .build();
        watcher.start();

        world.get("longest", publisher.publish(longest, Optional.empty(), "admin", ""));
        world.get("ready", watcher.ready());
        world.get("bad", publisher.publish("bad luck", Optional.empty(), "admin", ""));
        world.until("rejected", () -> watcher.snapshot().lastRejection().isPresent());

        assertThat(watcher.current()).isEqualTo(longest);
        assertThat(watcher.snapshot().lastRejection().orElseThrow().excerpt()).isEqualTo("bad luck");
    }

    @Test
    void ofTwoPublishersWhoExpectTheSameOneWinsAndTheOtherIsTold() {
        for (long seed = 1; seed <= 20; seed++) {
            SimulatedWorld fresh = new SimulatedWorld(seed);
            ConfigPublisher<Limits> one = ConfigPublisher.builder(fresh.client("one"), PATH.toString(), CODEC)
                    .versioned()
                    .build();
            ConfigPublisher<Limits> two = ConfigPublisher.builder(fresh.client("two"), PATH.toString(), CODEC)
                    .versioned()
                    .build();
            ConfigVersion base = fresh.get("base", one.publish(limits(1), Optional.empty(), "a", "base"));

            CompletionStage<ConfigVersion> left = one.publish(limits(2), Optional.of(base), "one", "2");
            CompletionStage<ConfigVersion> right = two.publish(limits(3), Optional.of(base), "two", "3");
            fresh.until(
                    "both decided",
                    () -> left.toCompletableFuture().isDone()
                            && right.toCompletableFuture().isDone());

            boolean leftWon = !left.toCompletableFuture().isCompletedExceptionally();
            boolean rightWon = !right.toCompletableFuture().isCompletedExceptionally();
            assertThat(leftWon).as("seed %d", seed).isNotEqualTo(rightWon);
            assertThatThrownBy(
                            () -> (leftWon ? right : left).toCompletableFuture().join())
                    .hasCauseInstanceOf(ConfigConflictException.class);
            fresh.runFor(Duration.ofSeconds(1));
            assertThat(fresh.store().children(PATH + "/versions")).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = OpKind.class,
            names = {"CREATE", "WRITE", "READ", "ENSURE_DIR", "LIST", "COMMIT"})
    void aLostReplyPublishesOnce(OpKind lost) {
        ConfigPublisher<Limits> publisher = publisher().build();
        publish(publisher, 1);
        world.store().faults().dropNextReply(lost);

        ConfigVersion second = publish(publisher, 2);
        world.runFor(Duration.ofSeconds(5));

        assertThat(world.store().children(PATH + "/versions")).hasSize(2);
        assertThat(world.store().node(PATH + "/current").orElseThrow().data().utf8())
                .isEqualTo(second.name());
    }

    @Test
    void whatAValidatorRefusesIsNotPublished() {
        ConfigPublisher<Limits> publisher = publisher()
                .validator(limits -> {
                    throw new IllegalArgumentException("never");
                })
                .build();

        assertThatThrownBy(() -> publisher.publish(limits(1), Optional.empty(), "a", "b"))
                .hasMessage("never");
        world.runFor(Duration.ofSeconds(1));
        assertThat(world.store().node(PATH.toString())).isEmpty();
    }

    @Test
    void aSimplePublisherWritesTheNodeItself() {
        ConfigPublisher<Limits> publisher =
                ConfigPublisher.builder(admin, PATH.toString(), CODEC).build();
        ConfigWatcher<Limits> watcher = started(builder());

        ConfigVersion first = world.get("published", publisher.publish(limits(1), Optional.empty(), "a", ""));
        world.until("first", () -> heardOf(watcher) == 1);
        world.get("published", publisher.publish(limits(2), Optional.of(first), "a", ""));
        world.until("second", () -> heardOf(watcher) == 2);

        CompletionStage<ConfigVersion> late = publisher.publish(limits(3), Optional.of(first), "a", "");
        world.until("refused", () -> late.toCompletableFuture().isCompletedExceptionally());
        assertThat(watcher.current().maxOrders()).isEqualTo(2);
        assertThatThrownBy(publisher::history).hasMessageContaining("simple mode");
    }

    @Test
    void closingStopsWatchingAndFailsWhoWaits() {
        ConfigWatcher<Limits> watcher = started(builder());
        CompletionStage<ConfigSnapshot<Limits>> ready = watcher.ready();
        world.runFor(Duration.ofSeconds(1));

        watcher.close();
        watcher.close();
        write("maxOrders=1\ntimeout=1s\n");
        world.runFor(Duration.ofSeconds(2));

        assertThat(ready.toCompletableFuture()).isCompletedExceptionally();
        assertThatThrownBy(watcher::current).isInstanceOf(NotReadyException.class);
        assertThat(world.store().registrations()).isZero();
    }

    private ConfigWatcher.Builder<Limits> builder() {
        return ConfigWatcher.builder(client, PATH.toString(), CODEC);
    }

    private ConfigPublisher.Builder<Limits> publisher() {
        return ConfigPublisher.builder(admin, PATH.toString(), CODEC).versioned();
    }

    @ParameterizedTest
    @EnumSource(Failure.class)
    void whateverHappensTheNewestValueArrivesAndNothingElseIsHeardOf(Failure failure) {
        ConfigPublisher<Limits> publisher = publisher().build();
        publish(publisher, 1);
        SimulatedWorld.Member struck = world.member("struck");
        ConfigWatcher<Limits> watcher = started(
                ConfigWatcher.builder(struck.client(), PATH.toString(), CODEC).versioned());
        world.get("ready", watcher.ready());

        failure.strike(world.store(), struck.process(), SimulatedWorld.TIMEOUT);
        CompletionStage<ConfigVersion> second =
                publisher.publish(limits(2), Optional.empty(), "admin", "in the middle of it");
        world.runFor(SimulatedWorld.TIMEOUT.multipliedBy(7));
        if (second.toCompletableFuture().isCompletedExceptionally()) {
            // The store was away for longer than a publisher waits.
            publish(publisher, 2);
        }
        world.until("second", () -> heardOf(watcher) == 2);
        world.runFor(Duration.ofSeconds(5));

        assertThat(watcher.snapshot().source()).isEqualTo(ConfigSnapshot.Source.LIVE);
        assertThat(watcher.snapshot().stale()).isFalse();
        assertThat(heard.events.stream().filter(event -> !event.startsWith("stale")))
                .containsExactly("1->2");
    }

    @Test
    void manyWatchersReadAtDifferentMomentsIfSoWanted() {
        ConfigPublisher<Limits> publisher = publisher().build();
        publish(publisher, 1);
        List<ConfigWatcher<Limits>> watchers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ConfigWatcher<Limits> watcher =
                    builder().versioned().readSpread(Duration.ofSeconds(10)).build();
            watcher.start();
            world.get("ready", watcher.ready());
            watchers.add(watcher);
        }

        publish(publisher, 2);
        world.runFor(Duration.ofSeconds(5));

        assertThat(watchers.stream().filter(watcher -> heardOf(watcher) == 2).count())
                .isBetween(20L, 80L);
        world.runFor(Duration.ofSeconds(6));
        assertThat(watchers).allMatch(watcher -> heardOf(watcher) == 2);
    }

    @Test
    void aPublisherKilledOnItsWayLeavesTheOldValueOrTheNew() {
        for (int steps = 0; steps < 60; steps++) {
            SimulatedWorld fresh = new SimulatedWorld(steps);
            SimulatedWorld.Member killed = fresh.member("killed");
            ConfigPublisher<Limits> publisher = ConfigPublisher.builder(killed.client(), PATH.toString(), CODEC)
                    .versioned()
                    .build();
            fresh.get("first", publisher.publish(limits(1), Optional.empty(), "a", ""));

            publisher.publish(limits(2), Optional.empty(), "a", "");
            fresh.runFor(Duration.ofNanos(steps * 200_000L));
            killed.process().kill();
            ConfigWatcher<Limits> watcher = ConfigWatcher.builder(fresh.client("reader"), PATH.toString(), CODEC)
                    .versioned()
                    .build();
            watcher.start();

            fresh.get("ready", watcher.ready());
            assertThat(heardOf(watcher)).isIn(1, 2);
        }
    }

    @Nested
    class OfSeveralFiles {
        private static final int FILES = 5;

        private final ConfigPublisher<ConfigFiles> publisher = ConfigPublisher.files(
                        admin, PATH.toString(), FilesCodec.plain())
                .keep(3)
                .build();

        @Test
        void areNeverMixedHoweverOftenTheyAreRead() {
            List<ConfigWatcher<ConfigFiles>> watchers = new ArrayList<>();
            publishFiles(0);
            for (int reader = 0; reader < 20; reader++) {
                watchers.add(watching(world.client("reader" + reader)));
            }
            int reads = 0;
            for (int version = 1; version <= 50; version++) {
                CompletionStage<ConfigVersion> publishing =
                        publisher.publish(files(version), Optional.empty(), "admin", "");
                List<CompletionStage<ConfigSnapshot<ConfigFiles>>> reading =
                        watchers.stream().map(ConfigWatcher::refresh).toList();
                for (CompletionStage<ConfigSnapshot<ConfigFiles>> read : reading) {
                    assertWhole(world.get("read", read).value());
                    reads++;
                }
                world.get("published", publishing);
            }
            world.runFor(Duration.ofSeconds(2));

            assertThat(reads).isEqualTo(1_000);
            assertThat(watchers).allSatisfy(watcher -> {
                assertThat(watcher.current()).isEqualTo(files(50));
                assertThat(watcher.snapshot().lastRejection()).isEmpty();
            });
        }

        @Test
        void areListedRolledBackAndTidiedAsWholeVersions() {
            ConfigVersion first = publishFiles(1);
            publishFiles(2);
            publishFiles(3);

            ConfigVersion back = world.get("rolled back", publisher.rollback(first, "ops"));
            ConfigWatcher<ConfigFiles> watcher = watching(client);
            world.get("ready", watcher.ready());
            world.runFor(Duration.ofSeconds(1));

            assertThat(watcher.current()).isEqualTo(files(1));
            assertThat(world.get("history", publisher.history()))
                    .extracting(ConfigVersion::comment)
                    .containsExactly("rollback to " + first.name(), "value 3", "value 2");
            assertThat(world.store().children(PATH + "/versions"))
                    .hasSize(3)
                    .allSatisfy(version -> assertThat(
                                    world.store().children(version.path().toString()))
                            .hasSize(FILES));
            assertThat(world.get("current", publisher.current())).contains(back);
        }

        @ParameterizedTest
        @EnumSource(
                value = OpKind.class,
                names = {"CREATE", "WRITE", "READ", "STAT", "ENSURE_DIR", "LIST", "COMMIT"})
        void arePublishedOnceThoughAReplyIsLost(OpKind lost) {
            publishFiles(1);
            world.store().faults().dropNextReply(lost);

            ConfigVersion second = publishFiles(2);
            world.runFor(Duration.ofSeconds(5));

            assertThat(world.store().children(PATH + "/versions")).hasSize(2);
            assertThat(world.store()
                            .node(PATH + "/current")
                            .orElseThrow()
                            .data()
                            .utf8())
                    .isEqualTo(second.name());
        }

        @Test
        void whoLosesARaceLeavesNoFileBehind() {
            ConfigVersion base = publishFiles(1);
            ConfigPublisher<ConfigFiles> other = ConfigPublisher.files(client, PATH.toString(), FilesCodec.plain())
                    .build();

            CompletionStage<ConfigVersion> left = publisher.publish(files(2), Optional.of(base), "one", "");
            CompletionStage<ConfigVersion> right = other.publish(files(3), Optional.of(base), "two", "");
            world.runFor(Duration.ofSeconds(2));

            assertThat(left.toCompletableFuture().isCompletedExceptionally())
                    .isNotEqualTo(right.toCompletableFuture().isCompletedExceptionally());
            assertThat(world.store().children(PATH + "/versions")).hasSize(2);
        }

        @Test
        void areKeptOnDiskTogether() {
            publishFiles(7);
            Path file = directory.resolve("files");
            ConfigWatcher<ConfigFiles> first = ConfigWatcher.files(client, PATH.toString(), FilesCodec.plain())
                    .diskSnapshot(file)
                    .build();
            first.start();
            world.get("ready", first.ready());
            world.runFor(Duration.ofSeconds(1));

            world.store().faults().restart(Duration.ofMinutes(5));
            ConfigWatcher<ConfigFiles> second = ConfigWatcher.files(
                            world.client("later"), PATH.toString(), FilesCodec.plain())
                    .diskSnapshot(file)
                    .build();
            second.start();
            world.get("from disk", second.ready());

            assertThat(second.snapshot().source()).isEqualTo(ConfigSnapshot.Source.DISK);
            assertThat(second.current()).isEqualTo(files(7));
        }

        @Test
        void haveNamesOfNodesAndAreNotTooMany() {
            assertThatThrownBy(() -> ConfigFiles.of(Map.of())).hasMessageContaining("0 files: must be 1 to 50");
            assertThatThrownBy(() -> ConfigFiles.of(Map.of("a/b", Payload.EMPTY)))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        private ConfigWatcher<ConfigFiles> watching(CoordinationClient by) {
            ConfigWatcher<ConfigFiles> watcher =
                    ConfigWatcher.files(by, PATH.toString(), FilesCodec.plain()).build();
            watcher.addListener((old, now) -> assertWhole(now.value()));
            watcher.start();
            return watcher;
        }

        private ConfigVersion publishFiles(int version) {
            return world.get(
                    "published", publisher.publish(files(version), Optional.empty(), "admin", "value " + version));
        }

        private ConfigFiles files(int version) {
            Map<String, Payload> files = new LinkedHashMap<>();
            for (int file = 0; file < FILES; file++) {
                files.put("file-" + file, Payload.utf8("version " + version));
            }
            return ConfigFiles.of(files);
        }

        private void assertWhole(ConfigFiles read) {
            assertThat(read.files()).hasSize(FILES);
            assertThat(read.files().values().stream().distinct()).hasSize(1);
        }
    }

    private ConfigWatcher<Limits> started(ConfigWatcher.Builder<Limits> builder) {
        ConfigWatcher<Limits> watcher = builder.build();
        watcher.addListener(heard);
        watcher.start();
        return watcher;
    }

    private ConfigVersion publish(ConfigPublisher<Limits> publisher, int value) {
        return world.get("published", publisher.publish(limits(value), Optional.empty(), "admin", "value " + value));
    }

    private static Limits limits(int maxOrders) {
        return new Limits(maxOrders, Duration.ofSeconds(1));
    }

    private static int heardOf(ConfigWatcher<Limits> watcher) {
        try {
            return watcher.current().maxOrders();
        } catch (NotReadyException notYet) {
            return -1;
        }
    }

    private void write(String text) {
        write(Payload.utf8(text));
    }

    private void write(Payload data) {
        write(world, admin, data);
    }

    private static void write(SimulatedWorld where, CoordinationClient by, Payload data) {
        if (where.store().node(PATH.toString()).isEmpty()) {
            where.store().put(PATH, data);
            return;
        }
        where.until("connected", by::isConnected);
        where.get("written", by.runtime().liveSession().orElseThrow().core().write(PATH, data, Expect.ANY));
    }
}
