package baton.shell.cores;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TokenLedgerTest {
    private TokenLedger ledger;
    private LedgerWriter one;
    private LedgerWriter other;

    @BeforeEach
    void open() throws IOException {
        ledger = new TokenLedger();
        one = new LedgerWriter(ledger.port());
        other = new LedgerWriter(ledger.port());
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        other.close();
        ledger.close();
    }

    @Test
    void aSmallerTokenIsRefused() throws IOException {
        assertThat(one.write(1, 7)).isEqualTo("taken");
        assertThat(other.write(2, 8)).isEqualTo("taken");
        assertThat(one.write(1, 7)).isEqualTo("stale");

        assertThat(ledger.sight()).isEqualTo(new TokenLedger.Sight(2, 2, 2, 1, 1, List.of()));
    }

    @Test
    void whoLeavesIsNotOvertaken() throws IOException {
        one.write(1, 7);
        one.write(TokenLedger.LEAVES, 7);
        other.write(2, 8);

        assertThat(ledger.sight().overtaken()).isZero();
    }

    @Test
    void oneTokenInTwoHandsIsNoticed() throws IOException {
        one.write(1, 7);
        other.write(2, 7);

        assertThat(ledger.sight().twoHolders()).containsExactly("token 7: processes 1 and 2");
    }

    @Test
    void aFrozenHolderGetsNoAnswerAndIsNotMissed() throws Exception {
        CompletableFuture<TokenLedger.Frozen> frozen = ledger.freezeHolder();
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
            try {
                return one.write(1, 7);
            } catch (IOException closed) {
                return "closed";
            }
        });

        assertThat(frozen.get(20, TimeUnit.SECONDS)).isEqualTo(new TokenLedger.Frozen(1, 7));
        assertThat(other.write(2, 8)).isEqualTo("taken");

        assertThat(answer).isNotDone();
        assertThat(ledger.sight().overtaken()).isZero();
    }
}
