package baton.shell.log;

import static org.assertj.core.api.Assertions.assertThat;

import baton.server.config.FeatureSettings;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class LogSetupTest {
    @Test
    void logbackFindsItAsAService() {
        assertThat(ServiceLoader.load(Configurator.class)).hasAtLeastOneElementOfType(LogSetup.class);
    }

    @Test
    void linesGoThroughTheLimitToStandardError() {
        LoggerContext context = new LoggerContext();

        Configurator.ExecutionStatus status = new LogSetup().configure(context);

        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Appender<ILoggingEvent> appender = root.iteratorForAppenders().next();
        assertThat(status).isEqualTo(Configurator.ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
        assertThat(root.getLevel()).isEqualTo(Level.INFO);
        assertThat(appender).isInstanceOf(LimitedAppender.class);
        assertThat(appender.isStarted()).isTrue();
        context.stop();
    }

    @Test
    void theAuditIsNotLimited() {
        LoggerContext context = new LoggerContext();

        new LogSetup().configure(context);

        Logger audit = context.getLogger(FeatureSettings.AUDIT_LOGGER);
        assertThat(audit.isAdditive()).isFalse();
        assertThat(audit.iteratorForAppenders().next()).isInstanceOf(ConsoleAppender.class);
        context.stop();
    }
}
