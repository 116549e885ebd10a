package baton.recipes;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The default executor for listeners: virtual threads where the JDK has them, else cached daemon threads. */
final class ListenerThreads {
    private ListenerThreads() {}

    static ExecutorService create() {
        try {
            // Compiled for Java 17, which does not know this method; 21 and later do.
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException olderJava) {
            return Executors.newCachedThreadPool(daemons());
        } catch (InvocationTargetException refused) {
            // A preview release that has the method but not the feature.
            return Executors.newCachedThreadPool(daemons());
        }
    }

    private static ThreadFactory daemons() {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, "baton-listener-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
