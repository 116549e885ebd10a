package baton.server.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import baton.protocol.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * What one client changes below a node of its own, many changes on their way at a time, and how many of them were
 * acknowledged. A server answers a client in its order: so whatever ends it, what it leaves is the state behind one of the
 * changes, no earlier one than the last that was acknowledged, and it stays that for ever.
 */
final class PromisedWrites {
    private static final int IN_FLIGHT_MAX = 100;

    /** More than what a log is written in at a time. */
    private static final int LARGE_BYTES = 20_000;

    private static final int LARGE_ONE_IN = 97;
    private static final int SMALL_BYTES_MAX = 400;

    /** Also once the client itself is closed. */
    private static final Set<KeeperException.Code> NOBODY_THERE =
            EnumSet.of(KeeperException.Code.CONNECTIONLOSS, KeeperException.Code.SESSIONEXPIRED);

    private final ZooKeeper client;
    private final String root;
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private final AtomicInteger acknowledged = new AtomicInteger();
    private volatile int sent;
    private volatile @Nullable String refusal;
    private @Nullable Map<String, String> kept;

    PromisedWrites(ZooKeeper client, String root) {
        this.client = client;
        this.root = root;
    }

    /** What becomes of one node: its content in hexadecimal digits, null if it is deleted. */
    private record Change(
            String path, boolean isNew, @Nullable String content) {
        static Change create(String path, String content) {
            return new Change(path, true, content);
        }

        static Change set(String path, String content) {
            return new Change(path, false, content);
        }

        static Change delete(String path) {
            return new Change(path, false, null);
        }

        Op op() {
            if (content == null) {
                return Op.delete(path, -1);
            }
            return isNew
                    ? Op.create(path, bytes(), ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT)
                    : Op.setData(path, bytes(), -1);
        }

        byte[] bytes() {
            return content.getBytes(StandardCharsets.UTF_8);
        }

        void applyTo(Map<String, String> state) {
            if (content == null) {
                state.remove(path);
            } else {
                state.put(path, Bytes.wrap(bytes()).hex());
            }
        }
    }

    /** Returns the change of that number, from 0 on, as often as it is asked for. */
    private List<Change> change(int number) {
        String content = content(number);
        String node = root + "/n-" + number;
        return switch (number % 5) {
            case 0 ->
                List.of(number == 0 ? Change.create(root, content) : Change.set(root + "/n-" + (number - 1), content));
            case 1 -> List.of(Change.create(node, content));
            case 2 -> List.of(Change.set(root, content));
            case 3 -> List.of(Change.delete(root + "/n-" + (number - 2)));
            default -> List.of(Change.create(node, content), Change.set(root, content));
        };
    }

    private static String content(int number) {
        return number + ".".repeat(number % LARGE_ONE_IN == 1 ? LARGE_BYTES : number * 31 % SMALL_BYTES_MAX);
    }

    /** Sends the next change, as soon as enough of those before are answered. */
    void sendNext() throws InterruptedException {
        inFlight.acquire();
        List<Change> next = change(sent);
        Change first = next.get(0);
        sent++;
        AsyncCallback.StatCallback set = (code, path, context, stat) -> answered(code);
        if (next.size() > 1) {
            client.multi(
                    next.stream().map(Change::op).toList(), (code, path, context, results) -> answered(code), null);
        } else if (first.content() == null) {
            client.delete(first.path(), -1, (code, path, context) -> answered(code), null);
        } else if (first.isNew()) {
            client.create(
                    first.path(),
                    first.bytes(),
                    ZooDefs.Ids.OPEN_ACL_UNSAFE,
                    CreateMode.PERSISTENT,
                    (code, path, context, name) -> answered(code),
                    null);
        } else {
            client.setData(first.path(), first.bytes(), -1, set, null);
        }
    }

    private void answered(int code) {
        if (code == KeeperException.Code.OK.intValue()) {
            acknowledged.incrementAndGet();
        } else if (!NOBODY_THERE.contains(KeeperException.Code.get(code))) {
            refusal = KeeperException.Code.get(code) + " behind " + acknowledged + " changes";
        }
        inFlight.release();
    }

    int acknowledged() {
        return acknowledged.get();
    }

    /** Once nothing is sent or answered any more: looks for the state in lines of {@link ModelTree#dump()}. */
    void requireKept(List<String> dump, String where) {
        assertThat(refusal).as(where).isNull();
        Map<String, String> found = below(dump);
        if (kept == null) {
            requireOneOfThoseBehindTheLastAcknowledged(found, where);
            kept = found;
        }
        assertEquals(kept, found, where);
    }

    private void requireOneOfThoseBehindTheLastAcknowledged(Map<String, String> found, String where) {
        Map<String, String> state = new TreeMap<>();
        boolean isOne = false;
        for (int i = 0; i < sent && !isOne; i++) {
            change(i).forEach(each -> each.applyTo(state));
            isOne = i + 1 >= acknowledged.get() && state.equals(found);
        }
        assertThat(isOne || acknowledged.get() == 0 && found.isEmpty())
                .as(
                        "%s: below %s there is what none of the changes from %s to %s leaves: %s",
                        where, root, acknowledged, sent, found)
                .isTrue();
    }

    private Map<String, String> below(List<String> dump) {
        Map<String, String> found = new TreeMap<>();
        for (String line : dump) {
            if (line.startsWith("'" + root + "'") || line.startsWith("'" + root + "/")) {
                int end = line.indexOf('\'', 1);
                found.put(line.substring(1, end), line.substring(end + 2, line.indexOf(' ', end + 2)));
            }
        }
        return found;
    }
}
