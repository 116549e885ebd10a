package baton.shell.log;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.config.FeatureSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.SLF4JServiceProvider;

class LineLoggingTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Logger logger(String level, String name) {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new LineLogging(stream, level).getLoggerFactory().getLogger(name);
    }

    @Test
    void whatIsSaidBelowTheLevelIsNotWritten() {
        Logger logger = logger("warn", "a.B");

        logger.info("not this");
        logger.warn("this {} of {}", "one", 2);
        logger.error("and this", new IllegalStateException("why"));

        assertThat(logger.isInfoEnabled()).isFalse();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSizeGreaterThan(3)
                .anyMatch(line -> line.endsWith(" WARN  B this one of 2"))
                .anyMatch(line -> line.endsWith(" ERROR B and this"))
                .contains("java.lang.IllegalStateException: why")
                .noneMatch(line -> line.contains("not this"));
    }

    @Test
    void theLevelMayBeAnyNameAndIsInfoWhereItIsNone() {
        assertThat(logger("debug", "a").isDebugEnabled()).isTrue();
        assertThat(logger("debug", "a").isTraceEnabled()).isFalse();
        assertThat(logger("ALL", "a").isTraceEnabled()).isTrue();
        assertThat(logger("OFF", "a").isErrorEnabled()).isFalse();
        assertThat(logger("loud", "a").isInfoEnabled()).isTrue();
        assertThat(logger("loud", "a").isDebugEnabled()).isFalse();
    }

    @Test
    void theAuditHasNoLimitAndNoOtherLevel() {
        Logger audit = logger("OFF", FeatureSettings.AUDIT_LOGGER);

        for (int i = 0; i < 250; i++) {
            audit.info("line");
        }

        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(250);
    }

    @Test
    void aFileOfTheUsersIsForLogback() throws ReflectiveOperationException {
        Properties properties = new Properties();
        properties.setProperty("logback.configurationFile", "mine.xml");

        LineLogging.choose(properties);

        assertThat(provider(properties).getClass().getPackageName()).startsWith("ch.qos.logback.");
    }

    @Test
    void withoutOneLogbackIsNotStarted() throws ReflectiveOperationException {
        Properties properties = new Properties();

        LineLogging.choose(properties);

        assertThat(provider(properties).getLoggerFactory().getLogger("any")).isInstanceOf(LineLogger.class);
    }

    /** Made as SLF4J makes it. */
    private static SLF4JServiceProvider provider(Properties properties) throws ReflectiveOperationException {
        Class<?> named = Class.forName(properties.getProperty(LoggerFactory.PROVIDER_PROPERTY_KEY));
        return (SLF4JServiceProvider) named.getConstructor().newInstance();
    }
}
