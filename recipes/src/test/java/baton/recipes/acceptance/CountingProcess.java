package baton.recipes.acceptance;

import baton.core.CoordinationCore;
import baton.recipes.CoordinationClient;
import baton.recipes.lock.InterProcessMutex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;

/**
 * Raises a number in a file by one, under a lock and nothing else, until a second file is there. Prints {@code counting}
 * after the first time, and in the end {@code counted TIMES}.
 */
final class CountingProcess {
    /** Whose lock it takes. */
    enum Lock {
        BATON,
        CURATOR
    }

    /** Long enough for a machine that is busy: a session that ends would end the exclusion with it. */
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(30);

    private final Path number;
    private final Path stop;

    private CountingProcess(Path number, Path stop) {
        this.number = number;
        this.stop = stop;
    }

    /** Arguments: {@link Lock}, servers, path of the lock, file with the number, file that ends it. */
    public static void main(String[] arguments) throws Exception {
        String servers = arguments[1];
        String path = arguments[2];
        CountingProcess counting = new CountingProcess(Path.of(arguments[3]), Path.of(arguments[4]));
        switch (Lock.valueOf(arguments[0])) {
            case BATON -> counting.withOurs(servers, path);
            case CURATOR -> counting.withCurators(servers, path);
        }
    }

    private void withOurs(String servers, String path) throws Exception {
        try (CoordinationCore core = CoordinationCore.connect(servers);
                CoordinationClient client = CoordinationClient.builder(core)
                        .sessionTimeout(SESSION_TIMEOUT)
                        .build()
                        .start()) {
            InterProcessMutex lock = new InterProcessMutex(client, path);
            count(lock::acquire, lock::release);
        }
    }

    private void withCurators(String servers, String path) throws Exception {
        try (CuratorFramework curator = CuratorFrameworkFactory.builder()
                .connectString(servers)
                .sessionTimeoutMs((int) SESSION_TIMEOUT.toMillis())
                .retryPolicy(new RetryOneTime(100))
                .build()) {
            curator.start();
            var lock = new org.apache.curator.framework.recipes.locks.InterProcessMutex(curator, path);
            count(lock::acquire, lock::release);
        }
    }

    private void count(Step acquire, Step release) throws Exception {
        int times = 0;
        while (!Files.exists(stop)) {
            acquire.run();
            raise();
            release.run();
            if (++times == 1) {
                System.out.println("counting");
            }
        }
        System.out.println("counted " + times);
    }

    private void raise() throws IOException {
        long before = Long.parseLong(Files.readString(number));
        Files.writeString(number, Long.toString(before + 1));
    }

    private interface Step {
        void run() throws Exception;
    }
}
