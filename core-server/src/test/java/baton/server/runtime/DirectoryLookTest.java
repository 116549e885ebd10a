package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import baton.server.storage.DirectorySizes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DirectoryLookTest {
    private static final DirectorySizes FOUND = new DirectorySizes(1, 2, 3, 4);

    private final ReportThreads threads = new ReportThreads();
    private final CompletableFuture<DirectorySizes> disk = new CompletableFuture<>();
    private final AtomicInteger looks = new AtomicInteger();
    private final DirectoryLook look = new DirectoryLook(
            () -> {
                looks.incrementAndGet();
                return disk.join();
            },
            threads);

    @AfterEach
    void end() {
        disk.complete(FOUND);
        threads.close();
    }

    @Test
    void whoAsksWhileSomebodyLooksIsToldWhatThatFinds() throws Exception {
        CompletionStage<DirectorySizes> first = look.now();
        CompletionStage<DirectorySizes> second = look.now();
        assertThat(look.last()).isEqualTo(DirectorySizes.NOTHING);

        disk.complete(FOUND);

        assertThat(answer(first)).isEqualTo(FOUND);
        assertThat(answer(second)).isEqualTo(FOUND);
        assertThat(looks).hasValue(1);
        await().untilAsserted(() -> assertThat(look.last()).isEqualTo(FOUND));
    }

    @Test
    void theNextOneLooksAgain() throws Exception {
        disk.complete(FOUND);

        answer(look.now());
        answer(look.now());

        assertThat(looks).hasValue(2);
    }

    @Test
    void onADiskThatHangsOnlySoManyWait() {
        for (int i = 0; i < ReportThreads.WAITING_MAX; i++) {
            CompletionStage<Void> waiting = look.now().thenAccept(sizes -> {});
            assertThat(waiting.toCompletableFuture()).isNotDone();
        }

        assertThat(look.now().toCompletableFuture()).isCompletedWithValue(DirectorySizes.NOTHING);
    }

    private static DirectorySizes answer(CompletionStage<DirectorySizes> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
}
