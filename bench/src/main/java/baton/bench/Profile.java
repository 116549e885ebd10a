package baton.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where a server's time goes while it is under load: a flight recording, added up.
 *
 * <p>Samples are of running Java code and of calls into the system, without those that only wait. Each counts for the
 * method it was taken in, and for the nearest of our own methods above it.
 */
final class Profile {
    private static final int SHOWN = 8;
    private static final String OURS = "baton.";
    private static final Set<String> WAITING =
            Set.of("epollWait", "epollWait0", "epollBusyWait0", "park", "wait", "Net.accept");

    private final Map<String, Double> leaves = new HashMap<>();
    private final Map<String, Double> own = new HashMap<>();
    private final Map<String, Double> threads = new HashMap<>();
    private final Map<String, Double> allocated = new HashMap<>();
    private final Map<String, Double> firstAllocated = new HashMap<>();
    private final Map<String, Double> lastAllocated = new HashMap<>();
    private final Set<String> sampled = new HashSet<>();
    private int collections;
    private double pauseMillis;

    private Profile() {}

    /** What goes on while it is recorded. */
    @FunctionalInterface
    interface Load {
        /** Returns how many operations there were. */
        long run() throws IOException;
    }

    /** Records the process during the load, and says in some lines what it did. */
    static List<String> of(long pid, Load load) throws IOException {
        Path file = Files.createTempFile("baton-bench", ".jfr");
        long operations;
        try {
            Jcmd.run(pid, "JFR.start", "name=bench", "settings=profile");
            try {
                operations = load.run();
            } finally {
                Jcmd.run(pid, "JFR.stop", "name=bench", "filename=" + file);
            }
            return read(file).lines(operations);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Profile read(Path file) throws IOException {
        Profile profile = new Profile();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                profile.take(recording.readEvent());
            }
        }
        return profile;
    }

    private void take(RecordedEvent event) {
        switch (event.getEventType().getName()) {
            case "jdk.ExecutionSample", "jdk.NativeMethodSample" -> takeSample(event);
            case "jdk.ObjectAllocationSample" -> takeAllocation(event);
            case "jdk.ThreadAllocationStatistics" -> {
                String thread = event.getThread("thread").getJavaName();
                double bytes = event.getLong("allocated");
                firstAllocated.putIfAbsent(thread, bytes);
                lastAllocated.put(thread, bytes);
            }
            case "jdk.GarbageCollection" -> {
                collections++;
                pauseMillis += event.getDuration("sumOfPauses").toNanos() / 1e6;
            }
            default -> {}
        }
    }

    /** The first sample of a thread stands for everything since it began. */
    private void takeAllocation(RecordedEvent event) {
        if (sampled.add(event.getThread().getJavaName())) {
            return;
        }
        add(
                allocated,
                event.getClass("objectClass").getName() + " in " + nearestOwn(event.getStackTrace()),
                event.getLong("weight"));
    }

    private void takeSample(RecordedEvent event) {
        RecordedStackTrace stack = event.getStackTrace();
        if (stack == null || stack.getFrames().isEmpty()) {
            return;
        }
        RecordedFrame leaf = stack.getFrames().get(0);
        if (WAITING.contains(leaf.getMethod().getName()) || WAITING.contains(name(leaf))) {
            return;
        }
        add(leaves, name(leaf), 1);
        add(own, nearestOwn(stack), 1);
        add(threads, event.getThread("sampledThread").getJavaName(), 1);
    }

    private static String nearestOwn(RecordedStackTrace stack) {
        if (stack != null) {
            for (RecordedFrame frame : stack.getFrames()) {
                if (frame.getMethod().getType().getName().startsWith(OURS)) {
                    return name(frame);
                }
            }
        }
        return "nothing of ours";
    }

    private static String name(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "."
                + frame.getMethod().getName();
    }

    private static void add(Map<String, Double> sums, String key, double amount) {
        sums.merge(key, amount, Double::sum);
    }

    private List<String> lines(long operations) {
        double bytes = sum(lastAllocated) - sum(firstAllocated);
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "   %,.0f samples; %,.0f B allocated an operation; %d collections, %,.1f ms in all",
                sum(leaves),
                bytes / operations,
                collections,
                pauseMillis));
        lines.add("   threads:    " + shares(threads));
        lines.add("   in methods: " + shares(leaves));
        lines.add("   for ours:   " + shares(own));
        lines.add("   allocating: " + shares(allocated));
        return lines;
    }

    private static double sum(Map<String, Double> sums) {
        return sums.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static String shares(Map<String, Double> sums) {
        double all = sum(sums);
        return String.join(
                ", ",
                sums.entrySet().stream()
                        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                        .limit(SHOWN)
                        .map(each ->
                                String.format(Locale.ROOT, "%.0f%% %s", 100 * each.getValue() / all, each.getKey()))
                        .toList());
    }
}
