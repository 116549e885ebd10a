package baton.server.watch;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.EventType;
import baton.protocol.WatcherType;
import baton.server.tree.SeededHash;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table does at random what a map of maps does, on few paths with crowds and on many with few watchers. */
class WatchTableModelTest {
    private static final int STEPS = 30_000;
    private static final List<EventType> EVENTS = List.of(
            EventType.NODE_CREATED,
            EventType.NODE_DATA_CHANGED,
            EventType.NODE_DELETED,
            EventType.NODE_CHILDREN_CHANGED);

    private static final class Someone implements Watcher {
        final WatchedPaths watchedPaths = new WatchedPaths();

        @Override
        public WatchedPaths watchedPaths() {
            return watchedPaths;
        }
    }

    private final Map<String, Map<Someone, Set<WatchMode>>> model = new LinkedHashMap<>();
    private final WatchTable<Someone> table = new WatchTable<>(SeededHash.of(1));
    private final List<Someone> watchers = new ArrayList<>();
    private PathNodes nodes = new PathNodes(SeededHash.of(1));

    @ParameterizedTest
    @ValueSource(ints = {3, 20, 400})
    void theTableAgreesWithItsModel(int pathCount) {
        Random random = new Random(pathCount);
        for (int i = 0; i < 40; i++) {
            watchers.add(new Someone());
        }

        for (int step = 0; step < STEPS; step++) {
            step(random, path(random.nextInt(pathCount)));
            assertThat(table.pathCount()).describedAs("step %d", step).isEqualTo(model.size());
            assertThat(table.pathBytes())
                    .describedAs("step %d", step)
                    .isEqualTo(model.keySet().stream().mapToInt(String::length).sum());
        }

        assertThat(table.count()).isEqualTo(count());
        List<String> shown = new ArrayList<>();
        table.forEachOnData((path, all) -> all.forEach(watcher -> shown.add(path + watcher)));
        List<String> expected = new ArrayList<>();
        model.forEach((path, here) -> here.forEach((watcher, modes) -> {
            if (isOnData(modes)) {
                expected.add(path + watcher);
            }
        }));
        assertThat(shown).containsExactlyInAnyOrderElementsOf(expected);
        for (Someone each : watchers) {
            assertThat(each.watchedPaths().size()).isEqualTo((int)
                    model.values().stream().filter(all -> all.containsKey(each)).count());
            int bytes = model.entrySet().stream()
                    .filter(one -> one.getValue().containsKey(each))
                    .mapToInt(one -> one.getKey().length())
                    .sum();
            assertThat(each.watchedPaths().hasRoom(1, new WatchBounds(pathCount + 1, 0, bytes + 1L, 0)))
                    .isTrue();
            assertThat(each.watchedPaths().hasRoom(1, new WatchBounds(pathCount + 1, 0, bytes, 0)))
                    .isFalse();
            table.removeAll(each);
        }
        assertThat(table.pathBytes()).isZero();
        assertThat(table.count()).isZero();
        assertThat(table.pathCount()).isZero();
    }

    private static String path(int number) {
        return number == 0 ? "/" : "/d" + number % 7 + (number % 3 == 0 ? "" : "/n" + number);
    }

    private void step(Random random, String path) {
        int who = random.nextInt(watchers.size());
        Someone watcher = watchers.get(who);
        int dice = random.nextInt(1_000);
        if (dice < 600) {
            WatchMode mode = WatchMode.values()[random.nextInt(4)];
            assertThat(random.nextBoolean() ? table.add(path, watcher, mode) : table.add(nodes.at(path), watcher, mode))
                    .isTrue();
            model.computeIfAbsent(path, p -> new LinkedHashMap<>())
                    .computeIfAbsent(watcher, w -> EnumSet.noneOf(WatchMode.class))
                    .add(mode);
        } else if (dice < 900) {
            WatcherType type = WatcherType.values()[random.nextInt(WatcherType.values().length)];
            Set<WatchMode> meant = meant(type);
            Set<WatchMode> had = model.getOrDefault(path, Map.of()).getOrDefault(watcher, Set.of());
            boolean any = had.stream().anyMatch(meant::contains);
            assertThat(table.has(path, watcher, type)).isEqualTo(any);
            assertThat(table.remove(path, watcher, type)).isEqualTo(any);
            end(path, watcher, meant);
        } else if (dice < 995) {
            EventType event = EVENTS.get(random.nextInt(EVENTS.size()));
            assertThat(table.fire(event, nodes.at(path))).containsExactlyElementsOf(fire(event, path));
            if (event == EventType.NODE_DELETED) {
                // Another node of that name, and of all others.
                nodes = new PathNodes(SeededHash.of(1));
            }
        } else {
            table.removeAll(watcher);
            List.copyOf(model.keySet()).forEach(each -> end(each, watcher, EnumSet.allOf(WatchMode.class)));
            watchers.set(who, new Someone());
        }
    }

    private static Set<WatchMode> meant(WatcherType type) {
        return switch (type) {
            case DATA -> EnumSet.of(WatchMode.DATA);
            case CHILDREN -> EnumSet.of(WatchMode.CHILDREN);
            case PERSISTENT -> EnumSet.of(WatchMode.PERSISTENT);
            case PERSISTENT_RECURSIVE -> EnumSet.of(WatchMode.RECURSIVE);
            case ANY -> EnumSet.allOf(WatchMode.class);
        };
    }

    private void end(String path, Someone watcher, Set<WatchMode> ended) {
        Map<Someone, Set<WatchMode>> here = model.get(path);
        if (here != null && here.containsKey(watcher)) {
            here.get(watcher).removeAll(ended);
            here.values().removeIf(Set::isEmpty);
            if (here.isEmpty()) {
                model.remove(path);
            }
        }
    }

    private Set<Someone> fire(EventType event, String path) {
        Set<WatchMode> selected = switch (event) {
            case NODE_CHILDREN_CHANGED -> EnumSet.of(WatchMode.CHILDREN, WatchMode.PERSISTENT);
            case NODE_DELETED -> EnumSet.allOf(WatchMode.class);
            default -> EnumSet.of(WatchMode.DATA, WatchMode.PERSISTENT, WatchMode.RECURSIVE);
        };
        Set<Someone> concerned = new LinkedHashSet<>(watching(path, selected));
        if (selected.contains(WatchMode.RECURSIVE)) {
            for (String above = path; above.length() > 1; ) {
                above = above.substring(0, Math.max(1, above.lastIndexOf('/')));
                concerned.addAll(watching(above, EnumSet.of(WatchMode.RECURSIVE)));
            }
        }
        selected.retainAll(EnumSet.of(WatchMode.DATA, WatchMode.CHILDREN));
        watchers.forEach(each -> end(path, each, selected));
        return concerned;
    }

    private List<Someone> watching(String path, Set<WatchMode> modes) {
        List<Someone> found = new ArrayList<>();
        model.getOrDefault(path, Map.of()).forEach((watcher, had) -> {
            if (had.stream().anyMatch(modes::contains)) {
                found.add(watcher);
            }
        });
        return found;
    }

    private int count() {
        return model.values().stream()
                .flatMap(here -> here.values().stream())
                .mapToInt(modes -> (isOnData(modes) ? 1 : 0)
                        + (modes.contains(WatchMode.CHILDREN) || modes.contains(WatchMode.PERSISTENT) ? 1 : 0))
                .sum();
    }

    private static boolean isOnData(Set<WatchMode> modes) {
        return modes.stream().anyMatch(each -> each != WatchMode.CHILDREN);
    }
}
