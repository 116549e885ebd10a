package baton.bench;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.Request;
import java.io.IOException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The nodes that a workload reads and writes: {@code /bench-<id>/d<n/1000>/k<n>}, a thousand to a directory.
 *
 * @param root of this workload
 * @param count how many
 */
record Keys(String root, int count) {
    private static final int FAN_OUT = 1000;
    private static final int PIPELINE = 500;
    private static final String DIRECTORY = "/d";
    private static final int DIRECTORY_DIGITS = 4;
    private static final String KEY = "/k";
    private static final int KEY_DIGITS = 7;

    String path(int at) {
        return directory(at / FAN_OUT) + KEY + Digits.of(at, KEY_DIGITS);
    }

    private String directory(int at) {
        return root + DIRECTORY + Digits.of(at, DIRECTORY_DIGITS);
    }

    /** Puts the path of a key where that of another one begins; all of a root are as long. */
    void putPath(int at, byte[] bytes, int pathAt) {
        int directoryAt = pathAt + root.length() + DIRECTORY.length();
        Digits.put(bytes, directoryAt, DIRECTORY_DIGITS, at / FAN_OUT);
        Digits.put(bytes, directoryAt + DIRECTORY_DIGITS + KEY.length(), KEY_DIGITS, at);
    }

    /** Nodes whose paths have so many components, three at least; those above the last two have a dozen characters. */
    static Keys atDepth(int depth, int count) {
        return new Keys("/depth" + depth + "/a-component".repeat(depth - 3), count);
    }

    Stream<String> paths() {
        return IntStream.range(0, count).mapToObj(this::path);
    }

    Stream<String> directories() {
        return IntStream.range(0, (count + FAN_OUT - 1) / FAN_OUT).mapToObj(this::directory);
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
