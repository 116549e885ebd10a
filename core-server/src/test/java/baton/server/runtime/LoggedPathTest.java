package baton.server.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LoggedPathTest {
    @Test
    void anOrdinaryPathIsShownAsItIs() {
        assertThat(LoggedPath.of("/app/queue/stra\u00dfe")).isEqualTo("/app/queue/stra\u00dfe");
        assertThat(LoggedPath.of("/" + "a".repeat(127))).hasSize(128);
    }

    @Test
    void aLongOneIsShownByItsBeginningAndItsEnd() {
        String path = "/begin" + "x".repeat(1_000_000) + "/end";

        assertThat(LoggedPath.of(path))
                .startsWith("/begin")
                .contains("...(999882 more)...")
                .endsWith("/end")
                .hasSize(128 + "...(999882 more)...".length());
    }

    @Test
    void nothingInItEndsTheLineOrTurnsItAround() {
        assertThat(LoggedPath.of("/a\nERROR\u001b[31m\u2028\u202e")).isEqualTo("/a?ERROR?[31m??");
    }
}
