package baton.server.runtime;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * How often something happened below each node under the root. The first 256 such nodes are told apart, the others counted
 * together. Thread-safe.
 */
final class NamespaceTally {
    private static final int TOLD_APART_MAX = 256;

    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    void count(String path) {
        int slash = path.indexOf('/', 1);
        String name = path.substring(1, slash < 0 ? path.length() : slash);
        boolean known = counts.containsKey(name) || counts.size() < TOLD_APART_MAX;
        counts.computeIfAbsent(known ? name : NamespaceTraffic.OTHERS, each -> new LongAdder())
                .increment();
    }

    Map<String, Long> counted() {
        Map<String, Long> counted = new TreeMap<>();
        counts.forEach((name, count) -> counted.put(name, count.sum()));
        return counted;
    }

    void reset() {
        counts.clear();
    }
}
