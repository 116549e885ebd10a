package baton.shell.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuditTest {
    private static final FileFacts FACTS = new FileFacts("aa", 1, 2);

    private final Ledger ledger = new Ledger();
    private final Audit audit = new Audit();

    @Test
    void aRunThatKeptItsPromiseHasNoFindings() {
        ledger.enter(outcome("t1", "a", FACTS));

        audit.compare(ledger, Map.of("a", FACTS));
        audit.compare(ledger, new QueueNodes(List.of(), List.of(), List.of("t1"), List.of()));

        assertThat(audit.findings()).isEmpty();
    }

    @Test
    void resultsThatAreMissingDifferentOrRepeatedAreFound() {
        ledger.enter(outcome("t1", "a", new FileFacts("bb", 1, 2)));
        ledger.enter(outcome("t2", "b", FACTS));
        ledger.enter(outcome("t3", "b", FACTS));

        audit.compare(ledger, Map.of("a", FACTS, "b", FACTS, "c", FACTS));

        assertThat(audit.findings())
                .containsExactly(
                        "1 without a result: c",
                        "1 with another result than a single process has: a",
                        "1 recorded twice: b");
    }

    @Test
    void theStoreHoldsOneFinalRecordOfEachTaskAndNothingElse() {
        ledger.enter(outcome("t1", "a", FACTS));
        ledger.enter(outcome("t2", "b", FACTS));

        audit.compare(ledger, new QueueNodes(List.of("t1"), List.of("t4"), List.of("t1", "t3"), List.of("t5")));

        assertThat(audit.findings())
                .containsExactly(
                        "1 recorded in the store, which the client does not know: t3",
                        "1 not recorded in the store: t2",
                        "1 still waiting in the store: t1",
                        "1 still assigned in the store: t4",
                        "1 given up in the store: t5",
                        "1 in more than one place of the store: t1");
    }

    private static Outcome outcome(String task, String file, FileFacts facts) {
        return new Outcome(task, file, Optional.of(facts), "", "worker-1", 1);
    }
}
