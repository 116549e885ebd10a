package baton.shell.log;

import baton.server.config.FeatureSettings;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * Sends log lines of the level {@code -Dbaton.log.level}, INFO if it is not given, to standard error: standard output
 * belongs to what commands print. Found by Logback as a service.
 *
 * <p>The server's log of changes ({@code audit.enable}) goes there past the limit: none of its lines may be missing.
 *
 * <p>It is no XML file because Logback takes longer to read one than a server takes for everything else it does until it
 * serves. A file that {@code -Dlogback.configurationFile} names is read instead.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    private static final String FILE_OF_THE_USER = "logback.configurationFile";
    private static final String LEVEL = "baton.log.level";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (System.getProperty(FILE_OF_THE_USER) != null) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        LineEncoder lines = new LineEncoder();
        lines.setContext(context);
        lines.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setTarget("System.err");
        stderr.setEncoder(lines);
        stderr.start();
        LimitedAppender limited = new LimitedAppender();
        limited.setContext(context);
        limited.addAppender(stderr);
        limited.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getProperty(LEVEL), Level.INFO));
        root.addAppender(limited);
        Logger audit = context.getLogger(FeatureSettings.AUDIT_LOGGER);
        audit.setLevel(Level.INFO);
        audit.addAppender(stderr);
        audit.setAdditive(false);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
