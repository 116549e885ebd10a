package baton.bench;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The nodes that a workload reads and writes: {@code /bench-<id>/k<n>}, a thousand to a directory.
 *
 * @param root of this workload
 * @param count how many
 */
record Keys(String root, int count) {
    private static final int FAN_OUT = 1000;
    private static final int PIPELINE = 500;

    String path(int at) {
        return root + "/d" + at / FAN_OUT + "/k" + at;
    }

    /** Nodes whose paths have so many components, three at least; those above the last two have a dozen characters. */
    static Keys atDepth(int depth, int count) {
        return new Keys("/depth" + depth + "/a-component".repeat(depth - 3), count);
    }

    Stream<String> paths() {
        return IntStream.range(0, count).mapToObj(this::path);
    }

    Stream<String> directories() {
        return IntStream.range(0, (count + FAN_OUT - 1) / FAN_OUT).mapToObj(at -> root + "/d" + at);
    }

    void createAll(Admin admin, Bytes value) throws IOException {
        for (int end = root.indexOf('/', 1); end >= 0; end = root.indexOf('/', end + 1)) {
            admin.ensure(root.substring(0, end));
        }
        admin.ensure(root);
        for (String directory : directories().toList()) {
            admin.ensure(directory);
        }
        for (int from = 0; from < count; from += PIPELINE) {
            admin.callAll(IntStream.range(from, Math.min(count, from + PIPELINE))
                    .mapToObj(at -> (Request) new Request.Create(path(at), value, Acl.OPEN, CreateMode.PERSISTENT))
                    .toList());
        }
    }
}
