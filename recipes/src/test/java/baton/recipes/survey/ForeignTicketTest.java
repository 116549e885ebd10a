package baton.recipes.survey;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignTicketTest {
    @ParameterizedTest
    @CsvSource({
        "0a1b2c3d4e5f60718293a4b5c6d7e8f9__lock__0000000007, KAZOO, LOCK, 7",
        "0a1b2c3d4e5f60718293a4b5c6d7e8f9__rlock__0000000007, KAZOO, READ, 7",
        "_c_0a1b2c3d4e5f60718293a4b5c6d7e8f9-lock-0000000007, GO, LOCK, 7",
        "lock-0000000007, ZOOKEEPER, LOCK, 7",
        "lock--2147483647, ZOOKEEPER, LOCK, -2147483647",
        "x-72057594037927936-0000000012, ZOOKEEPER, LOCK, 12",
        "x--1152921504606846976-0000000012, ZOOKEEPER, LOCK, 12",
        "2f5ab7d1-0c1e-4a7b-9d8e-1f2a3b4c5d6e-read-0000000012, ZOOKEEPER, READ, 12",
        "write-0000000012, ZOOKEEPER, WRITE, 12",
        "n_0000000012, ZOOKEEPER, ELECTION, 12",
        "72057594037927936-10.0.0.1:8983_solr-n_0000000012, ZOOKEEPER, ELECTION, 12"
    })
    void namesTellWhoseTheyAre(String name, Layout layout, ForeignTicket.Purpose purpose, int order) {
        assertThat(ForeignTicket.of(name)).contains(new ForeignTicket(name, layout, purpose, order));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_c_2f5ab7d1-0c1e-4a7b-9d8e-1f2a3b4c5d6e-lock-0000000007",
                "_c_2f5ab7d1-0c1e-4a7b-9d8e-1f2a3b4c5d6e-read-0000000007",
                "lock-7",
                "lock-4294967296",
                "deadlock-0000000007",
                "__lock__0000000007",
                "qn-0000000007"
            })
    void otherNamesAreNot(String name) {
        assertThat(ForeignTicket.of(name)).isEmpty();
    }
}
