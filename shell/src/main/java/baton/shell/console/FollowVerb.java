package baton.shell.console;

import baton.core.ChangeSink;
import baton.core.CoreSession;
import baton.core.Depth;
import baton.core.EndReason;
import baton.core.Node;
import baton.core.NodePath;
import baton.core.NodeStat;
import baton.core.Subscription;
import baton.protocol.Bytes;
import baton.shell.exit.ExitCode;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code watch}: prints what happens to a node and below it, until it is interrupted.
 *
 * <p>It has a session of its own and works on every store. What it prints of a node in the end is its last state; states
 * that come and go faster than they can be read are not seen, nor are those during a lost connection, after which it
 * prints what is different. Everything but the queue belongs to the main thread.
 */
final class FollowVerb {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");
    /** A terminal or pipe that is further behind than this is given up. */
    private static final int BEHIND_MAX = 65_536;

    private final ZnodeShell shell;
    private final boolean withData;
    private final BlockingQueue<Runnable> changes = new ArrayBlockingQueue<>(BEHIND_MAX);
    private final AtomicBoolean overrun = new AtomicBoolean();
    private final AtomicReference<@Nullable EndReason> over = new AtomicReference<>();
    private long left;
    /** Subscriptions that have not said yet what there is. */
    private int silent = 2;

    private FollowVerb(ZnodeShell shell, long count, boolean withData) {
        this.shell = shell;
        this.left = count;
        this.withData = withData;
    }

    static void run(Arguments arguments, ZnodeShell shell) throws InterruptedException {
        NodePath path = NodePath.of(arguments.path());
        long count = arguments.number("n", Long.MAX_VALUE, 1, Long.MAX_VALUE);
        new FollowVerb(shell, count, arguments.has("d")).follow(path);
    }

    private void follow(NodePath path) throws InterruptedException {
        CoreSession session = shell.connection().store().openSession(shell.output()::note, reason -> {
            over.set(reason);
            offer(() -> {});
        });
        try (Subscription self = session.subscribe(path, Depth.NODE, withData, new Feed());
                Subscription below = session.subscribe(path, Depth.SUBTREE, withData, new Feed())) {
            while (left > 0) {
                changes.take().run();
                shell.output().flush();
                EndReason reason = over.get();
                if (reason != null) {
                    throw ended(reason);
                }
                if (overrun.get()) {
                    throw new CommandRefusedException(
                            "Overrun", path.toString(), "more than " + BEHIND_MAX + " changes behind: given up");
                }
            }
        } finally {
            session.end();
        }
    }

    private static ShellException ended(EndReason reason) {
        String unseen = "changes after this were not seen";
        if (reason == EndReason.TURNED_AWAY) {
            return new CommandRefusedException(
                    ExitCode.DENIED,
                    "TurnedAway",
                    null,
                    "the store refuses the identity of this shell, or demands an identity: " + unseen);
        }
        return new NotConnectedException("the session is over, " + unseen);
    }

    private void offer(Runnable change) {
        if (!changes.offer(change)) {
            overrun.set(true);
        }
    }

    private void print(String event, NodePath path, long revision, Result more) {
        if (left == 0) {
            return;
        }
        left--;
        Paint paint = shell.output().paint();
        String name = String.format("%-8s", event);
        String shown = event.equals("deleted") ? paint.error(name) : paint.good(name);
        String time = TIME.format(LocalTime.now(ZoneId.systemDefault()));
        Result result = Result.of(paint.faint(time) + " " + shown + " " + path + more.text())
                .with("time", Instant.now().toString())
                .with("event", event)
                .with("path", path.toString())
                .with("revision", Result.hex(revision));
        for (Map.Entry<String, ?> field : more.fields().entrySet()) {
            result = result.with(field.getKey(), field.getValue());
        }
        shell.output().live(result);
    }

    /** Takes one subscription; what the core delivers is handed to the main thread, which compares it with before. */
    private final class Feed implements ChangeSink {
        private final Map<NodePath, NodeStat> known = new HashMap<>();
        private boolean begun;

        @Override
        public void reset(List<Node> all, long revision) {
            offer(() -> compare(all, revision));
        }

        @Override
        public void put(Node node) {
            offer(() -> see(node));
        }

        @Override
        public void remove(NodePath path, long revision) {
            offer(() -> miss(path, revision));
        }

        private void compare(List<Node> all, long revision) {
            if (!begun) {
                begun = true;
                all.forEach(node -> known.put(node.path(), node.stat()));
                if (--silent == 0) {
                    shell.output().note("following, changes from now on are shown");
                }
                return;
            }
            Set<NodePath> present = all.stream().map(Node::path).collect(Collectors.toSet());
            List<NodePath> gone = known.keySet().stream()
                    .filter(path -> !present.contains(path))
                    .sorted()
                    .toList();
            gone.forEach(path -> miss(path, revision));
            all.forEach(this::see);
        }

        private void see(Node node) {
            NodeStat before = known.put(node.path(), node.stat());
            boolean created =
                    before == null || before.createRev() != node.stat().createRev();
            if (created) {
                print("created", node.path(), node.stat().createRev(), details(node));
            } else if (before.modRev() != node.stat().modRev()) {
                print("changed", node.path(), node.stat().modRev(), details(node));
            }
        }

        private void miss(NodePath path, long revision) {
            if (known.remove(path) != null) {
                print("deleted", path, revision, Result.of(""));
            }
        }

        private Result details(Node node) {
            String owner = node.stat()
                    .owner()
                    .map(session -> "  (ephemeral " + session + ")")
                    .orElse("");
            if (!withData) {
                return Result.of(owner);
            }
            Bytes data = Bytes.wrap(node.data().toByteArray());
            return Result.of(owner + "  " + DataText.of(data)).withData(data);
        }
    }
}
