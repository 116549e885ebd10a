package baton.bench;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;

/**
 * The ratios of processor time an operation that were last published, to notice when one has become worse. They hold for
 * processors shared by loader and servers, and for Apache ZooKeeper as it comes.
 *
 * <pre>
 * line := WORKLOAD[.awake]=RATIO        .awake: with processors that are kept from sleeping
 * </pre>
 */
final class RecordedRatios {
    private static final String FILE = "cpu-ratios.properties";

    /** By which share a ratio may be smaller. */
    private static final double TOLERANCE = 0.15;

    private final Properties ratios;

    private RecordedRatios(Properties ratios) {
        this.ratios = ratios;
    }

    static RecordedRatios read() throws IOException {
        Properties ratios = new Properties();
        try (InputStream in = Objects.requireNonNull(RecordedRatios.class.getResourceAsStream("/" + FILE), FILE)) {
            ratios.load(in);
        }
        return of(ratios);
    }

    static RecordedRatios of(Properties ratios) {
        return new RecordedRatios(ratios);
    }

    /** Says in a few words how a ratio compares; nothing if none was recorded. */
    String verdict(Workload workload, boolean awake, double ratio) {
        String recorded = ratios.getProperty(workload.name() + (awake ? ".awake" : ""));
        if (recorded == null) {
            return "";
        }
        double before = Double.parseDouble(recorded);
        if (ratio >= (1 - TOLERANCE) * before) {
            return String.format(Locale.ROOT, "; CPU as recorded, %.1fx", before);
        }
        return String.format(
                Locale.ROOT, "; CPU HAS FALLEN from the recorded %.1fx, by %.0f%%", before, 100 * (1 - ratio / before));
    }
}
