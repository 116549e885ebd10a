package baton.samples;

import baton.core.CoordinationCore;
import baton.embedded.EmbeddedCore;
import baton.recipes.CoordinationClient;
import baton.recipes.FencedResource;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.Locker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Four threads append to a ledger, one at a time. The ledger refuses whoever lost the lock without noticing. */
public final class TakeLock {
    public static void main(String[] arguments) throws Exception {
        FencedResource fence = new FencedResource();
        List<Integer> ledger = new ArrayList<>();
        try (CoordinationCore core = EmbeddedCore.inMemory();
                CoordinationClient client = CoordinationClient.builder(core)
                        .namespace("/shop")
                        .build()
                        .start()) {
            // Threads share one object here; in another process it is another object on the same path.
            InterProcessMutex lock = new InterProcessMutex(client, "/ledger");
            List<Thread> threads = new ArrayList<>();
            for (int clerk = 0; clerk < 4; clerk++) {
                Thread thread = new Thread(() -> append(lock, fence, ledger), "clerk-" + clerk);
                threads.add(thread);
                thread.start();
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        System.out.println("entries: " + ledger);
    }

    private static void append(InterProcessMutex lock, FencedResource fence, List<Integer> ledger) {
        for (int entry = 0; entry < 5; entry++) {
            try (Locker held = new Locker(lock, Duration.ofSeconds(30))) {
                // What storage would do: admit this token and refuse every smaller one from now on.
                if (fence.admit(held.grant().token())) {
                    ledger.add(ledger.size());
                }
            } catch (InterruptedException | java.util.concurrent.TimeoutException stop) {
                throw new IllegalStateException("no lock", stop);
            }
        }
    }
}
