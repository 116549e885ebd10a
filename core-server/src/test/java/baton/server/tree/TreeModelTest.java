package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.Request;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The server against a model so simple that it is plainly right: a map of paths. */
class TreeModelTest {
    private static final class Model {
        final TreeMap<String, String> contents = new TreeMap<>(Map.of("/", ""));
        final Map<String, Integer> versions = new HashMap<>(Map.of("/", 0));
        final Map<String, Integer> creations = new HashMap<>(Map.of("/", 0));

        TreeSet<String> children(String path) {
            TreeSet<String> names = new TreeSet<>();
            for (String each : contents.keySet()) {
                if (!each.equals("/") && ZnodeTree.parentPath(each).equals(path)) {
                    names.add(each.substring(each.lastIndexOf('/') + 1));
                }
            }
            return names;
        }

        ErrorCode create(String path, String content, boolean sequential) {
            String parent = ZnodeTree.parentPath(path);
            if (!contents.containsKey(parent)) {
                return ErrorCode.NO_NODE;
            }
            String name = sequential ? path + String.format("%010d", creations.get(parent)) : path;
            if (contents.containsKey(name)) {
                return ErrorCode.NODE_EXISTS;
            }
            contents.put(name, content);
            versions.put(name, 0);
            creations.put(name, 0);
            creations.merge(parent, 1, Integer::sum);
            return ErrorCode.OK;
        }

        ErrorCode delete(String path, int version) {
            if (path.equals("/")) {
                return ErrorCode.BAD_ARGUMENTS;
            }
            if (!contents.containsKey(path)) {
                return ErrorCode.NO_NODE;
            }
            if (version != -1 && version != versions.get(path)) {
                return ErrorCode.BAD_VERSION;
            }
            if (!children(path).isEmpty()) {
                return ErrorCode.NOT_EMPTY;
            }
            contents.remove(path);
            return ErrorCode.OK;
        }

        ErrorCode set(String path, String content, int version) {
            if (!contents.containsKey(path)) {
                return ErrorCode.NO_NODE;
            }
            if (version != -1 && version != versions.get(path)) {
                return ErrorCode.BAD_VERSION;
            }
            contents.put(path, content);
            versions.merge(path, 1, Integer::sum);
            return ErrorCode.OK;
        }
    }

    private record Step(int kind, String path, String content, int version) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<String> paths = Arbitraries.of("/", "/a", "/b", "/a/b", "/a/c", "/a/b/c", "/q/n-", "/q");
        return Combinators.combine(
                        Arbitraries.integers().between(0, 3),
                        paths,
                        Arbitraries.of("", "one", "two"),
                        Arbitraries.of(-1, -1, -1, 0, 1, 2))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    @Property(tries = 300)
    void answersAndTreeAgreeWithTheModel(@ForAll("steps") List<Step> steps) {
        SimulatedServer server = new SimulatedServer();
        SimulatedConnection client = server.client();
        Model model = new Model();

        for (Step step : steps) {
            assertThat(carryOut(client, step)).describedAs("%s", step).isEqualTo(expected(model, step));
        }

        ZnodeTree tree = server.state().tree();
        assertThat(tree.nodeCount()).isEqualTo(model.contents.size() + 3);
        model.contents.forEach((path, content) -> {
            Znode node = Objects.requireNonNull(tree.find(path), path);
            TreeSet<String> names = model.children(path);
            if (path.equals("/")) {
                names.add("zookeeper");
            }
            assertThat(Objects.requireNonNull(node.state().content()).utf8()).isEqualTo(content);
            assertThat(node.state().version()).isEqualTo(model.versions.get(path));
            assertThat(node.state().creations()).isEqualTo(model.creations.get(path));
            assertThat(node.children().names()).containsExactlyElementsOf(names);
        });
    }

    private static ErrorCode carryOut(SimulatedConnection client, Step step) {
        Bytes content = Bytes.utf8(step.content);
        return switch (step.kind) {
            case 0 ->
                client.error(new Request.Create(
                        step.path,
                        content,
                        Acl.OPEN,
                        step.path.endsWith("-") ? CreateMode.PERSISTENT_SEQUENTIAL : CreateMode.PERSISTENT));
            case 1 -> client.error(new Request.Delete(step.path, step.version));
            default -> client.error(new Request.SetData(step.path, content, step.version));
        };
    }

    private static ErrorCode expected(Model model, Step step) {
        return switch (step.kind) {
            case 0 -> model.create(step.path, step.content, step.path.endsWith("-"));
            case 1 -> model.delete(step.path, step.version);
            default -> model.set(step.path, step.content, step.version);
        };
    }
}
