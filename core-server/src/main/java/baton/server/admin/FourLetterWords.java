package baton.server.admin;

import baton.server.config.WordAccess;
import baton.server.runtime.ReportKind;
import baton.server.runtime.ServerStatus;
import baton.server.runtime.Words;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The words monitoring tools send instead of a first length, answered in the shape Apache ZooKeeper gives them.
 *
 * <p>What has to look at a disk, to ask the sequencer or to tell of every client is answered later, by threads for
 * that; nothing waits.
 */
public final class FourLetterWords implements Words {
    /** The word that sets the trace mask; eight bytes follow it. */
    private static final int SET_TRACE_MASK = 's' << 24 | 't' << 16 | 'm' << 8 | 'k';

    private final ServerStatus status;
    private final ServerText texts;
    private final Monitored monitored;
    private final Environment environment;
    private final AnswerRates rates;

    @Inject
    FourLetterWords(ServerStatus status, ServerText texts, Monitored monitored, Environment environment) {
        this.status = status;
        this.texts = texts;
        this.monitored = monitored;
        this.environment = environment;
        this.rates = new AnswerRates(status.clock());
    }

    @Override
    public int argumentBytes(int first, InetAddress from) {
        return first == SET_TRACE_MASK && isAllowed("stmk", from) ? Long.BYTES : 0;
    }

    private boolean isAllowed(String word, InetAddress from) {
        return status.settings().words().allows(word, from.isLoopbackAddress());
    }

    @Override
    public @Nullable CompletionStage<String> answer(int first, long argument, InetAddress from) {
        byte[] bytes = {(byte) (first >> 24), (byte) (first >> 16), (byte) (first >> 8), (byte) first};
        String word = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!WordAccess.WORDS.contains(word)) {
            return null;
        }
        if (!isAllowed(word, from)) {
            return CompletableFuture.completedFuture(word + " is not executed because it is not in the whitelist.\n");
        }
        Optional<Cost> cost = Cost.ofWord(word);
        if (cost.isPresent() && !rates.allow(cost.get(), from)) {
            return CompletableFuture.completedFuture(tooOften(word));
        }
        return switch (word) {
            case "conf" -> status.directorySizes().thenApply(texts::configuration);
            case "dirs" ->
                status.directorySizes()
                        .thenApply(sizes ->
                                "datadir_size: " + sizes.snapshotBytes() + "\nlogdir_size: " + sizes.logBytes() + "\n");
            case "dump" ->
                status.sessions().thenCompose(open -> inTurn(word, ReportKind.EVERYTHING, () -> texts.sessions(open)));
            case "cons", "wchc", "wchp", "wchs" -> inTurn(word, ReportKind.EVERYTHING, () -> atOnce(word, argument));
            case "stat" -> inTurn(word, ReportKind.LINES, texts::serverAndClients);
            case "envi" -> inTurn(word, ReportKind.OUTSIDE, this::environmentText);
            default -> CompletableFuture.completedFuture(atOnce(word, argument));
        };
    }

    private CompletionStage<String> inTurn(String word, ReportKind kind, Supplier<String> text) {
        return status.report(kind, text).thenApply(answer -> answer.orElseGet(() -> tooOften(word)));
    }

    private String tooOften(String word) {
        status.countRefusedWord();
        return word + " is not executed because it was asked for too often; ask again in a second.\n";
    }

    private String atOnce(String word, long argument) {
        return switch (word) {
            case "ruok" -> "imok";
            case "isro" -> "rw";
            case "srvr" -> texts.server();
            case "cons" -> texts.connections();
            case "mntr" -> monitored.text();
            case "wchs" -> texts.watchSummary();
            case "wchc" -> texts.watchesBySession();
            case "wchp" -> texts.watchesByPath();
            case "hash" -> texts.digests();
            case "gtmk" -> Long.toString(status.traceMask().get());
            case "stmk" -> {
                status.traceMask().set(argument);
                yield Long.toString(argument);
            }
            case "crst" -> {
                status.resetConnections();
                yield "Connection stats reset.\n";
            }
            case "srst" -> {
                status.resetCounters();
                yield "Server stats reset.\n";
            }
            default -> throw new IllegalArgumentException("no answer to " + word);
        };
    }

    private String environmentText() {
        StringBuilder text = new StringBuilder("Environment:\n");
        for (Map.Entry<String, String> each : environment.entries().entrySet()) {
            text.append(each.getKey()).append('=').append(each.getValue()).append('\n');
        }
        return text.toString();
    }
}
