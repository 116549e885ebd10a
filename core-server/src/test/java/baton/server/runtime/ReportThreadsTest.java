package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReportThreadsTest {
    private final ReportThreads threads = new ReportThreads();
    private final CountDownLatch ended = new CountDownLatch(1);

    @AfterEach
    void end() {
        ended.countDown();
        threads.close();
    }

    @Test
    void whatIsOfOneKindDoesNotWaitForAnother() throws Exception {
        hold(ReportKind.EVERYTHING);

        assertThat(answer(threads.report(ReportKind.LINES, () -> "lines"))).contains("lines");
        assertThat(answer(threads.report(ReportKind.OUTSIDE, () -> "outside"))).contains("outside");
    }

    @Test
    void moreThanMayWaitComesToNothingAtOnce() throws Exception {
        hold(ReportKind.EVERYTHING);
        List<CompletionStage<Optional<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < ReportThreads.WAITING_MAX; i++) {
            waiting.add(threads.report(ReportKind.EVERYTHING, () -> "told"));
        }

        CompletionStage<Optional<String>> more = threads.report(ReportKind.EVERYTHING, () -> "told");

        assertThat(more.toCompletableFuture()).isCompletedWithValue(Optional.empty());
        assertThat(waiting).noneMatch(each -> each.toCompletableFuture().isDone());
        ended.countDown();
        for (CompletionStage<Optional<String>> each : waiting) {
            assertThat(answer(each)).contains("told");
        }
    }

    @Test
    void whatHasNotBegunWhenTheServerStopsComesToNothing() throws Exception {
        hold(ReportKind.LINES);
        CompletionStage<Optional<String>> waiting = threads.report(ReportKind.LINES, () -> "told");

        threads.close();

        assertThat(waiting.toCompletableFuture()).isCompletedWithValue(Optional.empty());
        assertThat(threads.report(ReportKind.LINES, () -> "told").toCompletableFuture())
                .isCompletedWithValue(Optional.empty());
    }

    @Test
    void whatFailsIsToldAndTheNextIsWorkedOut() throws Exception {
        CompletionStage<Optional<String>> failed = threads.report(ReportKind.LINES, () -> {
            throw new IllegalStateException("no disk");
        });

        assertThat(answer(threads.report(ReportKind.LINES, () -> "told"))).contains("told");
        assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
    }

    /** Keeps the thread of a kind busy until the end. */
    private void hold(ReportKind kind) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CompletionStage<Optional<Boolean>> unused = threads.report(kind, () -> {
            begun.countDown();
            return awaitEnd();
        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private boolean awaitEnd() {
        try {
            return ended.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static <T> T answer(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
