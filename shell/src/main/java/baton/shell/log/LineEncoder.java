package baton.shell.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * Writes an event as a line of UTF-8, and below it the stack trace if there is one.
 *
 * <pre>HH:mm:ss.SSS LEVEL Logger message</pre>
 *
 * <p>The time is the local one, the level takes five places, the logger is named without its package.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
    private static final int LEVEL_PLACES = 5;
    private static final int NANOS_OF_MILLI = 1_000_000;

    private final ZoneId zone;

    LineEncoder() {
        this(ZoneId.systemDefault());
    }

    LineEncoder(ZoneId zone) {
        this.zone = zone;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(128);
        LocalTime time = LocalTime.ofInstant(Instant.ofEpochMilli(event.getTimeStamp()), zone);
        number(line, time.getHour(), 2).append(':');
        number(line, time.getMinute(), 2).append(':');
        number(line, time.getSecond(), 2).append('.');
        number(line, time.getNano() / NANOS_OF_MILLI, 3).append(' ');
        String level = String.valueOf(event.getLevel());
        line.append(level).append(" ".repeat(Math.max(0, LEVEL_PLACES - level.length())));
        String logger = event.getLoggerName();
        line.append(' ').append(logger, logger.lastIndexOf('.') + 1, logger.length());
        line.append(' ').append(event.getFormattedMessage()).append(System.lineSeparator());
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.append(ThrowableProxyUtil.asString(thrown));
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static StringBuilder number(StringBuilder line, int number, int places) {
        String digits = Integer.toString(number);
        return line.append("0".repeat(places - digits.length())).append(digits);
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
