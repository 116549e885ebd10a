package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class QuotaNumbersTest {
    @Property
    void aTextSaysTheNumbersItWasMadeOf(
            @ForAll long count, @ForAll long bytes, @ForAll long countHard, @ForAll long bytesHard) {
        QuotaNumbers numbers = new QuotaNumbers(count, bytes, countHard, bytesHard);

        assertThat(QuotaNumbers.parse(numbers.text())).contains(numbers);
    }

    @Property
    void whateverIsWrittenAreNumbersOrNone(@ForAll("nearlyLimits") String text) {
        QuotaNumbers.parse(Bytes.utf8(text))
                .ifPresent(numbers ->
                        assertThat(QuotaNumbers.parse(numbers.text())).contains(numbers));
    }

    @Provide
    Arbitrary<String> nearlyLimits() {
        return Arbitraries.of(
                        "count", "bytes", "byteHardLimit", "countHardLimit", "=", ",", ";", "1", "-1", "9", "x", " ")
                .list()
                .ofMaxSize(14)
                .map(parts -> String.join("", parts));
    }

    @Property
    void bytesThatAreNoTextAreNoNumbersAndNothingWorse(@ForAll byte[] content) {
        assertThat(QuotaNumbers.parse(Bytes.wrap(content))).isNotNull();
    }
}
