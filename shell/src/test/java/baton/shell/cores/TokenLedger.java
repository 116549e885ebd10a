package baton.shell.cores;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A store that checks tokens, for processes that reach it on a socket: it refuses a token smaller than the greatest it has
 * seen, takes its time over every entry, and keeps in mind who wrote with which.
 *
 * <p>An entry is a line {@code pid token}, the answer {@code taken} or {@code stale}. Instead of a process, {@link #LEAVES}
 * says that the holder leaves. Safe for use by many threads.
 */
final class TokenLedger implements AutoCloseable {
    /** In place of a process: the holder leaves. */
    static final long LEAVES = 0;

    private static final Duration ENTRY_TIME = Duration.ofMillis(20);

    /**
     * What it has seen.
     *
     * @param grants different tokens
     * @param holders different processes
     * @param entries that were taken
     * @param stale entries that were refused: their writers were overtaken between looking and writing
     * @param overtaken how often a token was followed by a greater one although its process lived and had not left
     * @param twoHolders what must never be: one token in the hands of two processes
     */
    record Sight(int grants, int holders, long entries, long stale, int overtaken, List<String> twoHolders) {}

    /** A holder that waits for its answer and will not get it. */
    record Frozen(long pid, long token) {}

    private final ServerSocket door;
    private final ScheduledExecutorService slowly = Executors.newSingleThreadScheduledExecutor();
    private final Map<Long, Long> pidOfToken = new HashMap<>(); // Guarded by this, as all below.
    private final Set<Long> killed = new HashSet<>();
    private final List<String> twoHolders = new ArrayList<>();
    private Optional<CompletableFuture<Frozen>> wanted = Optional.empty();
    private long greatest;
    private boolean left = true;
    private long entries;
    private long stale;
    private int overtaken;

    TokenLedger() throws IOException {
        door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        start(this::welcome, "ledger");
    }

    private static void start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return door.getLocalPort();
    }

    private void welcome() {
        try {
            while (true) {
                Socket writer = door.accept();
                start(() -> serve(writer), "ledger-" + writer.getPort());
            }
        } catch (IOException closed) {
            // Nobody comes any more.
        }
    }

    private void serve(Socket writer) {
        try (writer;
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(writer.getInputStream(), StandardCharsets.US_ASCII))) {
            OutputStream answers = writer.getOutputStream();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                enter(Long.parseLong(words[0]), Long.parseLong(words[1]))
                        .ifPresent(answer -> slowly.schedule(
                                () -> send(answers, answer), ENTRY_TIME.toMillis(), TimeUnit.MILLISECONDS));
            }
        } catch (IOException killedMeanwhile) {
            // That is what this is about.
        }
    }

    private static void send(OutputStream answers, String answer) {
        try {
            answers.write((answer + "\n").getBytes(StandardCharsets.US_ASCII));
            answers.flush();
        } catch (IOException killedMeanwhile) {
            // It will not miss the answer.
        }
    }

    /** Returns the answer; none for a holder that is to be killed. */
    private synchronized Optional<String> enter(long pid, long token) {
        if (token < greatest) {
            stale++;
            return Optional.of("stale");
        }
        if (pid == LEAVES) {
            left = true;
            return Optional.of(LedgerWriter.TAKEN);
        }
        if (token > greatest) {
            boolean lives = !left && !killed.contains(pidOfToken.get(greatest));
            overtaken += lives ? 1 : 0;
            greatest = token;
            left = false;
        }
        Long before = pidOfToken.put(token, pid);
        if (before != null && before != pid) {
            twoHolders.add("token " + token + ": processes " + before + " and " + pid);
        }
        entries++;
        if (wanted.isEmpty()) {
            return Optional.of(LedgerWriter.TAKEN);
        }
        killed.add(pid);
        wanted.get().complete(new Frozen(pid, token));
        wanted = Optional.empty();
        return Optional.empty();
    }

    /** Completes with the next that writes, in the middle of it: it gets no answer. */
    synchronized CompletableFuture<Frozen> freezeHolder() {
        CompletableFuture<Frozen> next = new CompletableFuture<>();
        wanted = Optional.of(next);
        return next;
    }

    synchronized long greatest() {
        return greatest;
    }

    synchronized Sight sight() {
        return new Sight(
                pidOfToken.size(),
                new HashSet<>(pidOfToken.values()).size(),
                entries,
                stale,
                overtaken,
                List.copyOf(twoHolders));
    }

    @Override
    public void close() {
        slowly.shutdownNow();
        try {
            door.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
