package baton.etcd;

import static baton.core.testkit.Stages.failure;
import static baton.core.testkit.Stages.value;
import static org.assertj.core.api.Assertions.assertThat;

import baton.core.CoreError;
import baton.etcd.Operations.Operation;
import baton.etcd.state.IssueOrder.Access;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationsTest {
    private static final int OUTSTANDING_MAX = 20_000;

    private final CoreThreads threads = new CoreThreads();
    private final Operations operations = new Operations(threads, new Live());
    /** Those under way. Confined to the loop. */
    private final Queue<Operation<Void>> held = new ArrayDeque<>();

    @AfterEach
    void stop() {
        threads.close();
    }

    @Test
    void whoIsTooFarAheadIsToldAndCanEndNevertheless() {
        List<CompletionStage<Void>> outstanding = new ArrayList<>();
        for (int i = 0; i < OUTSTANDING_MAX; i++) {
            outstanding.add(issue());
        }
        CompletableFuture<Void> last = new CompletableFuture<>();

        assertThat(failure(issue()).code()).isEqualTo(CoreError.UNAVAILABLE);
        // Told behind the outcomes of the others.
        threads.execute(() -> operations.last(operation -> threads.deliver(() -> last.complete(null))));
        threads.execute(() -> {
            while (!held.isEmpty()) {
                held.remove().complete(null);
            }
        });

        value(last);
        assertThat(outstanding)
                .allSatisfy(each -> assertThat(each.toCompletableFuture()).isCompleted());
        assertThat(failure(issue()).code()).isEqualTo(CoreError.SESSION_ENDED);
    }

    private CompletionStage<Void> issue() {
        return operations.issue(Access.READ, Set.of(), held::add);
    }

    private static final class Live implements Operations.Session {
        @Override
        public boolean isLive() {
            return true;
        }

        @Override
        public boolean isEnded() {
            return false;
        }
    }
}
