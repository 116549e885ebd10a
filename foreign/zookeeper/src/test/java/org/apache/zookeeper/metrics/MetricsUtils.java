package org.apache.zookeeper.metrics;

import baton.foreign.zookeeper.BatonBehind;
import java.util.HashMap;
import java.util.Map;
import org.apache.zookeeper.client.FourLetterWordMain;

/** Stands before Apache's class of this name, which looks at the counters of this process: ours are asked for over the wire. */
public abstract class MetricsUtils {
    private static final String PREFIX = "zk_";

    /** Returns what {@code mntr} tells, each number as one. */
    public static Map<String, Object> currentServerMetrics() {
        Map<String, Object> metrics = new HashMap<>();
        for (String line : mntr().split("\n")) {
            String[] parts = line.split("\t");
            if (parts.length == 2 && parts[1].matches("-?[\\d.]+")) {
                metrics.put(parts[0].substring(PREFIX.length()), number(parts[1]));
            }
        }
        return metrics;
    }

    private static Object number(String text) {
        return text.contains(".") ? (Object) Double.valueOf(text) : Long.valueOf(text);
    }

    private static String mntr() {
        try {
            return FourLetterWordMain.send4LetterWord("127.0.0.1", BatonBehind.portOfNewest(), "mntr");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
