package baton.server.admin;

import baton.server.admin.Metric.Family;
import baton.server.admin.Metric.Sums;
import baton.server.storage.ResidentMemory;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The Java machine and its process, under the names of both generations of Prometheus' client library. */
final class ProcessMetrics {
    private static final double MILLIS_PER_SECOND = 1000;
    private static final double NANOS_PER_SECOND = 1e9;

    private ProcessMetrics() {}

    static List<Metric> all() {
        List<Metric> all = new ArrayList<>();
        memory(all);
        pools(all);
        buffers(all);
        collectors(all);
        threads(all);
        process(all);
        classes(all);
        return all;
    }

    private static void memory(List<Metric> all) {
        Map<String, MemoryUsage> areas = new LinkedHashMap<>();
        areas.put("area=\"heap\"", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
        areas.put("area=\"nonheap\"", ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage());
        usages(areas, "jvm_memory_bytes_%s", "jvm_memory_%s_bytes", all);
    }

    private static void pools(List<Metric> all) {
        Map<String, MemoryUsage> pools = new LinkedHashMap<>();
        Map<String, Number> allocated = new LinkedHashMap<>();
        Map<String, Number> collected = new LinkedHashMap<>();
        for (MemoryPoolMXBean each : ManagementFactory.getMemoryPoolMXBeans()) {
            String label = label("pool", each.getName());
            pools.put(label, each.getUsage());
            allocated.put(label, 0);
            MemoryUsage afterCollection = each.getCollectionUsage();
            if (afterCollection != null) {
                collected.put(label, afterCollection.getUsed());
            }
        }
        usages(pools, "jvm_memory_pool_bytes_%s", "jvm_memory_pool_%s_bytes", all);
        all.add(new Family("jvm_memory_pool_collection_used_bytes", "gauge", collected));
        // Nobody listens to the collectors here, so this stays 0.
        all.add(new Family("jvm_memory_pool_allocated_bytes_total", "counter", allocated));
    }

    private static void usages(Map<String, MemoryUsage> by, String oldName, String newName, List<Metric> all) {
        Map<String, ToLongFunction<MemoryUsage>> parts = new LinkedHashMap<>();
        parts.put("used", MemoryUsage::getUsed);
        parts.put("committed", MemoryUsage::getCommitted);
        parts.put("max", MemoryUsage::getMax);
        parts.put("init", MemoryUsage::getInit);
        parts.forEach((part, of) -> {
            Map<String, Number> values = new LinkedHashMap<>();
            by.forEach((label, usage) -> values.put(label, of.applyAsLong(usage)));
            all.add(new Family(oldName.formatted(part), "gauge", values));
            all.add(new Family(newName.formatted(part), "gauge", values));
        });
    }

    private static void buffers(List<Metric> all) {
        Map<String, Number> used = new LinkedHashMap<>();
        Map<String, Number> capacity = new LinkedHashMap<>();
        Map<String, Number> count = new LinkedHashMap<>();
        for (BufferPoolMXBean each : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            String label = label("pool", each.getName());
            used.put(label, each.getMemoryUsed());
            capacity.put(label, each.getTotalCapacity());
            count.put(label, each.getCount());
        }
        all.add(new Family("jvm_buffer_pool_used_bytes", "gauge", used));
        all.add(new Family("jvm_buffer_pool_capacity_bytes", "gauge", capacity));
        all.add(new Family("jvm_buffer_pool_used_buffers", "gauge", count));
    }

    private static void collectors(List<Metric> all) {
        Map<String, Sums.Sum> runs = new LinkedHashMap<>();
        for (GarbageCollectorMXBean each : ManagementFactory.getGarbageCollectorMXBeans()) {
            runs.put(
                    label("gc", each.getName()),
                    new Sums.Sum(each.getCollectionCount(), each.getCollectionTime() / MILLIS_PER_SECOND));
        }
        all.add(new Sums("jvm_gc_collection_seconds", runs));
    }

    private static void threads(List<Metric> all) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        all.add(Family.gauge("jvm_threads_current", threads.getThreadCount()));
        all.add(Family.gauge("jvm_threads_daemon", threads.getDaemonThreadCount()));
        all.add(Family.gauge("jvm_threads_peak", threads.getPeakThreadCount()));
        all.add(new Family("jvm_threads_started_total", "counter", Map.of("", threads.getTotalStartedThreadCount())));
        all.add(Family.gauge("jvm_threads_deadlocked", length(threads.findDeadlockedThreads())));
        all.add(Family.gauge("jvm_threads_deadlocked_monitor", length(threads.findMonitorDeadlockedThreads())));
        Map<String, Number> states = new LinkedHashMap<>();
        for (Thread.State each : Thread.State.values()) {
            states.put(label("state", each.name()), 0);
        }
        for (ThreadInfo each : threads.getThreadInfo(threads.getAllThreadIds(), 0)) {
            if (each != null) {
                states.merge(label("state", each.getThreadState().name()), 1, (one, more) -> one.intValue() + 1);
            }
        }
        all.add(new Family("jvm_threads_state", "gauge", states));
    }

    private static int length(long @Nullable [] ids) {
        return ids == null ? 0 : ids.length;
    }

    private static void process(List<Metric> all) {
        all.add(Family.gauge(
                "process_start_time_seconds",
                ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            double cpuSeconds = unix.getProcessCpuTime() / NANOS_PER_SECOND;
            all.add(new Family("process_cpu_seconds_total", "counter", Map.of("", cpuSeconds)));
            all.add(Family.gauge("process_open_fds", unix.getOpenFileDescriptorCount()));
            all.add(Family.gauge("process_max_fds", unix.getMaxFileDescriptorCount()));
            all.add(Family.gauge("process_virtual_memory_bytes", unix.getCommittedVirtualMemorySize()));
        }
        ResidentMemory.bytes().ifPresent(bytes -> all.add(Family.gauge("process_resident_memory_bytes", bytes)));
    }

    private static void classes(List<Metric> all) {
        long loaded = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
        all.add(Family.gauge("jvm_classes_loaded", loaded));
        all.add(Family.gauge("jvm_classes_currently_loaded", loaded));
        all.add(new Family(
                "jvm_classes_loaded_total",
                "counter",
                Map.of("", ManagementFactory.getClassLoadingMXBean().getTotalLoadedClassCount())));
        all.add(new Family(
                "jvm_classes_unloaded_total",
                "counter",
                Map.of("", ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount())));
        all.add(new Family("jvm_info", "gauge", Map.of(machine(), 1)));
    }

    private static String machine() {
        var machine = ManagementFactory.getRuntimeMXBean();
        return label("version", Runtime.version().toString())
                + ","
                + label("vendor", machine.getVmVendor())
                + ","
                + label("runtime", machine.getVmName());
    }

    private static String label(String name, String value) {
        return PrometheusText.label(name, value);
    }
}
