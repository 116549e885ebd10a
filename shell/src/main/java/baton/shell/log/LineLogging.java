package baton.shell.log;

import baton.server.config.FeatureSettings;
import java.io.PrintStream;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Sends log lines of the level {@code -Dbaton.log.level}, INFO if it is not given, to standard error: standard output
 * belongs to what commands print. A file that {@code -Dlogback.configurationFile} names has Logback do it instead.
 *
 * <p>The server's log of changes ({@code audit.enable}) goes there past the limit: none of its lines may be missing.
 *
 * <p>It is not Logback in any case because that, and looking for it in every jar, takes a sixth of a server's start.
 */
public final class LineLogging implements SLF4JServiceProvider, ILoggerFactory {
    private static final String FILE_OF_THE_USER = "logback.configurationFile";
    private static final String REMARKS_OF_SLF4J = "slf4j.internal.verbosity";
    private static final String LOGBACK = "ch.qos.logback.classic.spi.LogbackServiceProvider";
    private static final String LEVEL = "baton.log.level";

    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter contexts = new NOPMDCAdapter();
    private final ConcurrentMap<String, Logger> loggers = new ConcurrentHashMap<>();
    private final LogLines lines;
    private final int lowest;

    /** For SLF4J. */
    public LineLogging() {
        this(System.err, System.getProperty(LEVEL));
    }

    LineLogging(PrintStream out, @Nullable String level) {
        this.lines = new LogLines(out);
        this.lowest = lowest(level);
    }

    /** Decides who writes the lines of this process. To be called before anything has a logger. */
    public static void choose() {
        choose(System.getProperties());
    }

    static void choose(Properties properties) {
        properties.putIfAbsent(
                LoggerFactory.PROVIDER_PROPERTY_KEY,
                properties.containsKey(FILE_OF_THE_USER) ? LOGBACK : LineLogging.class.getName());
        // It would tell on standard error whom it was told to use.
        properties.putIfAbsent(REMARKS_OF_SLF4J, "WARN");
    }

    /** Has the lines of this process shown by who has the terminal, for example above a prompt; not those of Logback. */
    public static void showBy(Consumer<String> terminal) {
        if (LoggerFactory.getILoggerFactory() instanceof LineLogging here) {
            here.lines.showBy(terminal);
        }
    }

    /** Has them shown as they were before {@link #showBy}. */
    public static void showOnStandardError() {
        if (LoggerFactory.getILoggerFactory() instanceof LineLogging here) {
            here.lines.showBy(null);
        }
    }

    private static int lowest(@Nullable String level) {
        for (Level each : Level.values()) {
            if (each.name().equalsIgnoreCase(level)) {
                return each.toInt();
            }
        }
        if ("ALL".equalsIgnoreCase(level)) {
            return Integer.MIN_VALUE;
        }
        return "OFF".equalsIgnoreCase(level) ? Integer.MAX_VALUE : Level.INFO.toInt();
    }

    @Override
    public void initialize() {}

    @Override
    public ILoggerFactory getLoggerFactory() {
        return this;
    }

    @Override
    public Logger getLogger(String name) {
        Logger made = loggers.get(name);
        if (made != null) {
            return made;
        }
        Logger logger = name.equals(FeatureSettings.AUDIT_LOGGER)
                ? new LineLogger(name, Level.INFO.toInt(), lines, false)
                : new LineLogger(name, lowest, lines, true);
        Logger first = loggers.putIfAbsent(name, logger);
        return first == null ? logger : first;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return contexts;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0";
    }
}
