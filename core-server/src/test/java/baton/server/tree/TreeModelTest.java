package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.ErrorCode;
import baton.protocol.MultiResult;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.Stat;
import baton.server.request.SequencerSettings;
import baton.server.sim.SimulatedConnection;
import baton.server.sim.SimulatedConnection.Received;
import baton.server.sim.SimulatedServer;
import baton.server.tree.NaiveTree.Asker;
import baton.server.txn.Txn;
import baton.server.txn.TxnEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * The server against a {@linkplain NaiveTree naive} one: two clients make nodes of every kind, change, guard and read them,
 * alone and in multis, end their sessions, and let time pass. Every answer must be the same, and the trees in the end.
 */
class TreeModelTest {
    private static final String USER = "user:proof";
    private static final long HOUR_MILLIS = 3_600_000;
    private static final int NEVER_MILLIS = Integer.MAX_VALUE;

    private enum Kind {
        CREATE,
        DELETE,
        SET,
        CHECK
    }

    /** What a multi may consist of. */
    private record Change(Kind kind, String path, String content, int version, CreateMode mode, boolean guarded) {
        Request.MultiOp request() {
            return switch (kind) {
                case CREATE -> create();
                case DELETE -> new Request.Delete(path, version);
                case SET -> new Request.SetData(path, Bytes.utf8(content), version);
                case CHECK -> new Request.Check(path, version);
            };
        }

        private Request.MultiOp create() {
            Bytes bytes = Bytes.utf8(content);
            List<Acl> acl = guarded ? Acl.CREATOR_ALL : Acl.OPEN;
            if (mode.isTtl()) {
                return new Request.CreateTtl(path, bytes, acl, mode.flags(), HOUR_MILLIS);
            }
            OpCode opCode = mode.isContainer() ? OpCode.CREATE_CONTAINER : OpCode.CREATE2;
            return new Request.Create(opCode, path, bytes, acl, mode.flags());
        }

        ErrorCode expected(NaiveTree model, Asker asker) {
            return switch (kind) {
                case CREATE -> model.create(asker, path, content, mode, HOUR_MILLIS, guarded);
                case DELETE -> model.delete(asker, path, version);
                case SET -> model.set(asker, path, content, version);
                case CHECK -> model.check(asker, path, version);
            };
        }
    }

    private enum Deed {
        CHANGE,
        MULTI,
        GUARD,
        READ,
        END,
        WAIT
    }

    private record Step(Deed deed, int client, List<Change> changes) {
        Change first() {
            return changes.get(0);
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Change> changes = Combinators.combine(
                        Arbitraries.frequency(
                                Tuple.of(5, Kind.CREATE),
                                Tuple.of(2, Kind.DELETE),
                                Tuple.of(2, Kind.SET),
                                Tuple.of(1, Kind.CHECK)),
                        Arbitraries.of("/", "/a", "/b", "/a/b", "/a/c", "/a/b/c", "/q/n-", "/q", "/q/n-0000000000"),
                        Arbitraries.of("", "one", "two"),
                        Arbitraries.of(-1, -1, -1, 0, 1, 2),
                        Arbitraries.of(CreateMode.class),
                        Arbitraries.of(false, false, false, true))
                .as(Change::new);
        Arbitrary<Deed> deeds = Arbitraries.frequency(
                Tuple.of(12, Deed.CHANGE),
                Tuple.of(5, Deed.MULTI),
                Tuple.of(2, Deed.GUARD),
                Tuple.of(4, Deed.READ),
                Tuple.of(1, Deed.END),
                Tuple.of(1, Deed.WAIT));
        return Combinators.combine(
                        deeds,
                        Arbitraries.integers().between(0, 1),
                        changes.list().ofMinSize(1).ofMaxSize(4))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    @Property(tries = 500)
    void answersAndTreeAgreeWithTheModel(@ForAll("steps") List<Step> steps) {
        Comparison comparison = new Comparison();
        steps.forEach(comparison::take);
        comparison.compareAll();
    }

    /** The server, its two clients, of which the second is the user, and the model. */
    private static final class Comparison {
        private final SimulatedServer server = new SimulatedServer(new SequencerSettings(
                NEVER_MILLIS,
                NEVER_MILLIS,
                60_000,
                1_000,
                SequencerSettings.RECOUNT_MILLIS,
                0,
                true,
                false,
                false,
                true,
                false,
                SequencerSettings.ofTick(SimulatedServer.TICK_MILLIS).bounds()));
        private final List<SimulatedConnection> clients = new ArrayList<>(List.of(client(0), client(1)));
        private final NaiveTree model = new NaiveTree();

        private SimulatedConnection client(int number) {
            SimulatedConnection client = server.client();
            return number == 1 ? client.as(USER) : client;
        }

        void take(Step step) {
            switch (step.deed) {
                case CHANGE -> change(step);
                case MULTI -> multi(step);
                case GUARD -> guard(step);
                case READ -> step.changes.forEach(each -> read(step.client, each.path));
                case END -> end(step.client);
                case WAIT -> await();
            }
        }

        private Asker asker(int client, Received answer) {
            return new Asker(
                    clients.get(client).sessionId(),
                    client == 1,
                    answer.zxid(),
                    server.now().wallMillis());
        }

        private void change(Step step) {
            // Alone, a check is no request that clients may make.
            if (step.first().kind != Kind.CHECK) {
                Received answer =
                        clients.get(step.client).call((Request) step.first().request());
                compare(step, answer, step.first().expected(model, asker(step.client, answer)));
            }
        }

        private static void compare(Object what, Received answer, ErrorCode expected) {
            assertThat(ErrorCode.find(answer.error())).describedAs("%s", what).isEqualTo(expected);
        }

        /** All of it or nothing. */
        private void multi(Step step) {
            Received answer = clients.get(step.client)
                    .call(new Request.Multi(
                            step.changes.stream().map(Change::request).toList()));
            TreeMap<String, NaiveTree.Node> before = model.copy();
            List<ErrorCode> expected = new ArrayList<>();
            for (Change each : step.changes) {
                boolean isOver = expected.stream().anyMatch(code -> code != ErrorCode.OK);
                expected.add(
                        isOver ? ErrorCode.RUNTIME_INCONSISTENCY : each.expected(model, asker(step.client, answer)));
            }
            if (expected.stream().anyMatch(code -> code != ErrorCode.OK)) {
                model.backTo(before);
            }
            List<ErrorCode> found = ((Response.Multi) Objects.requireNonNull(answer.response()))
                    .results().stream()
                            .map(each -> each instanceof MultiResult.Failed failed
                                    ? ErrorCode.find(failed.error())
                                    : ErrorCode.OK)
                            .toList();
            assertThat(found).describedAs("%s", step).isEqualTo(expected);
        }

        private void guard(Step step) {
            Change how = step.first();
            Received answer = clients.get(step.client)
                    .call(new Request.SetAcl(how.path, how.guarded ? Acl.CREATOR_ALL : Acl.OPEN, how.version));
            compare(step, answer, model.guard(asker(step.client, answer), how.path, how.guarded, how.version));
        }

        private void read(int client, String path) {
            SimulatedConnection from = clients.get(client);
            Received exists = from.call(new Request.Exists(path, false));
            ErrorCode expected = model.read(asker(client, exists), path);
            Received data = from.call(new Request.GetData(path, false));
            Received children = from.call(new Request.GetChildren2(path, false));
            Received acl = from.call(new Request.GetAcl(path));
            for (Received each : List.of(exists, data, children, acl)) {
                compare(path, each, expected);
            }
            if (expected != ErrorCode.OK) {
                return;
            }
            NaiveTree.Node node = model.nodes().get(path);
            Stat stat = node.stat();
            assertThat(exists.response()).isEqualTo(new Response.StatOnly(stat));
            assertThat(data.response()).isEqualTo(new Response.Content(Bytes.utf8(node.content), stat));
            assertThat(children.response()).isEqualTo(new Response.ChildrenWithStat(List.copyOf(names(path)), stat));
            Response.AclList list = (Response.AclList) Objects.requireNonNull(acl.response());
            assertThat(list.stat()).isEqualTo(stat);
            assertThat(list.acl()).hasSize(1);
            assertThat(list.acl().get(0).scheme()).isEqualTo(node.guarded ? "digest" : "world");
        }

        private TreeSet<String> names(String path) {
            TreeSet<String> names = model.children(path);
            if (path.equals("/")) {
                names.add("zookeeper");
            }
            return names;
        }

        private void end(int client) {
            Received answer = clients.get(client).call(Request.CloseSession.INSTANCE);
            model.end(clients.get(client).sessionId(), answer.zxid());
            clients.set(client, client(client));
        }

        /** Lets hours pass: what has to vanish by then does, once nothing is left below it. */
        private void await() {
            List<String> due = model.nodes().keySet().stream()
                    .filter(path -> model.mayVanish(path, Long.MAX_VALUE))
                    .toList();
            pass(60_000);
            pass(2 * HOUR_MILLIS);
            pass(60_000);
            assertThat(model.nodes()).doesNotContainKeys(due.toArray(String[]::new));
        }

        private void pass(long millis) {
            int known = server.history().size();
            server.pass(millis);
            server.settle();
            for (TxnEntry each :
                    server.history().subList(known, server.history().size())) {
                String path = ((Txn.DeleteContainer) each.txn()).path();
                assertThat(model.mayVanish(path, server.now().wallMillis()))
                        .describedAs("%s may vanish", path)
                        .isTrue();
                model.remove(path, each.zxid());
            }
        }

        void compareAll() {
            for (String each : model.nodes().keySet()) {
                read(1, each);
            }
            ZnodeTree tree = server.state().tree();
            assertThat(tree.nodeCount()).isEqualTo(model.nodes().size() + 3);
            model.nodes().forEach((path, node) -> {
                NodeState state = Objects.requireNonNull(tree.find(path), path).state();
                assertThat(state.owner()).isEqualTo(node.owner);
                assertThat(state.creations()).isEqualTo(node.childrenMade);
            });
        }
    }
}
