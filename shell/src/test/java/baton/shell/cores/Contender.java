package baton.shell.cores;

import baton.core.CoordinationCore;
import baton.recipes.CoordinationClient;
import baton.recipes.lock.InterProcessMutex;
import baton.recipes.lock.LockGrant;
import baton.shell.log.LineLogging;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;

/** A process that takes a lock, writes into a {@link TokenLedger} while it holds it, and begins again, until killed. */
final class Contender {
    static final String READY = "ready";
    private static final int ENTRIES = 3;
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(4);

    private final InterProcessMutex mutex;
    private final LedgerWriter ledger;
    private final long pid = ProcessHandle.current().pid();

    private Contender(InterProcessMutex mutex, LedgerWriter ledger) {
        this.mutex = mutex;
        this.ledger = ledger;
    }

    /** Arguments: the address of the core, the path of the lock, the port of the ledger. */
    public static void main(String[] arguments) throws Exception {
        LineLogging.choose();
        try (CoordinationCore core = CoordinationCore.connect(arguments[0]);
                CoordinationClient client = CoordinationClient.builder(core)
                        .sessionTimeout(SESSION_TIMEOUT)
                        .build()
                        .start();
                LedgerWriter ledger = new LedgerWriter(Integer.parseInt(arguments[2]))) {
            Contender contender = new Contender(new InterProcessMutex(client, arguments[1]), ledger);
            System.out.println(READY);
            while (true) {
                contender.holdOnce();
            }
        }
    }

    private void holdOnce() throws InterruptedException, IOException {
        try (LockGrant grant = mutex.acquireAsync().get()) {
            for (int entry = 0; entry < ENTRIES && grant.isValid(); entry++) {
                write(pid, grant);
            }
            if (grant.isValid()) {
                write(TokenLedger.LEAVES, grant);
            }
        } catch (ExecutionException refused) {
            System.out.println("no lock: " + refused.getCause());
        }
    }

    private void write(long who, LockGrant grant) throws IOException {
        long token = grant.token().value();
        String answer = ledger.write(who, token);
        if (!answer.equals(LedgerWriter.TAKEN)) {
            System.out.println("entry with token " + token + ": " + answer);
        }
    }
}
