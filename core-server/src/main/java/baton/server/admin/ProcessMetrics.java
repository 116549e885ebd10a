package baton.server.admin;

import baton.server.admin.Metric.Family;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The Java machine and its process, under the names of both generations of Prometheus' client library. */
final class ProcessMetrics {
    private static final double MILLIS_PER_SECOND = 1000;

    private ProcessMetrics() {}

    static List<Metric> all() {
        List<Metric> all = new ArrayList<>();
        memory(all);
        collectors(all);
        threads(all);
        process(all);
        classes(all);
        return all;
    }

    private static void memory(List<Metric> all) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        Map<String, Long> used = byArea(heap.getUsed(), other.getUsed());
        Map<String, Long> committed = byArea(heap.getCommitted(), other.getCommitted());
        Map<String, Long> max = byArea(heap.getMax(), other.getMax());
        for (String order : List.of("jvm_memory_bytes_%s", "jvm_memory_%s_bytes")) {
            all.add(new Family(order.formatted("used"), "gauge", new LinkedHashMap<>(used)));
            all.add(new Family(order.formatted("committed"), "gauge", new LinkedHashMap<>(committed)));
            all.add(new Family(order.formatted("max"), "gauge", new LinkedHashMap<>(max)));
        }
        Map<String, Number> buffers = new LinkedHashMap<>();
        for (BufferPoolMXBean each : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            buffers.put("pool=\"" + PrometheusText.escaped(each.getName()) + "\"", each.getMemoryUsed());
        }
        all.add(new Family("jvm_buffer_pool_used_bytes", "gauge", buffers));
    }

    private static Map<String, Long> byArea(long heap, long other) {
        Map<String, Long> values = new LinkedHashMap<>();
        values.put("area=\"heap\"", heap);
        values.put("area=\"nonheap\"", other);
        return values;
    }

    private static void collectors(List<Metric> all) {
        Map<String, Number> counts = new LinkedHashMap<>();
        Map<String, Number> seconds = new LinkedHashMap<>();
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            String label = "gc=\"" + PrometheusText.escaped(each.getName()) + "\"";
            counts.put(label, each.getCollectionCount());
            seconds.put(label, each.getCollectionTime() / MILLIS_PER_SECOND);
        }
        all.add(new Family("jvm_gc_collection_seconds_count", "counter", counts));
        all.add(new Family("jvm_gc_collection_seconds_sum", "counter", seconds));
    }

    private static void threads(List<Metric> all) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        all.add(Family.gauge("jvm_threads_current", threads.getThreadCount()));
        all.add(Family.gauge("jvm_threads_daemon", threads.getDaemonThreadCount()));
        all.add(Family.gauge("jvm_threads_peak", threads.getPeakThreadCount()));
        all.add(new Family("jvm_threads_started_total", "counter", Map.of("", threads.getTotalStartedThreadCount())));
    }

    private static void process(List<Metric> all) {
        all.add(Family.gauge(
                "process_start_time_seconds",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            double cpuSeconds = unix.getProcessCpuTime() / (double) TimeUnit.SECONDS.toNanos(1);
            all.add(new Family("process_cpu_seconds_total", "counter", Map.of("", cpuSeconds)));
            all.add(Family.gauge("process_open_fds", unix.getOpenFileDescriptorCount()));
            all.add(Family.gauge("process_max_fds", unix.getMaxFileDescriptorCount()));
        }
    }

    private static void classes(List<Metric> all) {
        int loaded = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
        all.add(Family.gauge("jvm_classes_loaded", loaded));
        all.add(Family.gauge("jvm_classes_currently_loaded", loaded));
        Runtime.Version version = Runtime.version();
        all.add(new Family("jvm_info", "gauge", Map.of("version=\"" + version + "\"", 1)));
    }
}
