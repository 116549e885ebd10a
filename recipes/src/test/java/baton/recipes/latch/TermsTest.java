package baton.recipes.latch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Those who were promised a term, and those who fail. */
class TermsTest {
    private final Terms terms = new Terms(Runnable::run);

    @Test
    void whoAsksWhileOthersAreRefusedWaitsForTheNextTry() {
        CompletableFuture<Leadership> early = terms.promise();
        List<CompletableFuture<Leadership>> late = new ArrayList<>();
        terms.next().whenComplete((term, failure) -> late.add(terms.promise()));

        terms.refuse(new IllegalStateException("no rights"));

        assertThat(early).isCompletedExceptionally();
        assertThat(late)
                .singleElement()
                .satisfies(promise -> assertThat(promise).isNotDone());
        assertThat(terms.waiting()).isEqualTo(1);
    }
}
