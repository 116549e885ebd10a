package baton.server.tree;

import baton.protocol.Bytes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a quota allows, or what is used of it: the text of a {@code zookeeper_limits} or {@code zookeeper_stats} node.
 *
 * <pre>
 * count=N,bytes=N[=;byteHardLimit=N;countHardLimit=N]
 * </pre>
 *
 * <p>Read leniently: commas and semicolons both part the numbers, each may be missing, other names are passed over. The
 * odd {@code =} makes releases before 3.7 stop reading there.
 *
 * @param count nodes; beyond it there is a warning
 * @param bytes bytes of data; beyond it there is a warning
 * @param countHard nodes; beyond it creating is refused
 * @param bytesHard bytes of data; beyond it writing is refused. In all four, -1 is no limit
 */
public record QuotaNumbers(long count, long bytes, long countHard, long bytesHard) {
    private static final long NONE = -1;
    private static final QuotaNumbers UNLIMITED = new QuotaNumbers(NONE, NONE, NONE, NONE);

    /** Makes the numbers of what is used. */
    static QuotaNumbers used(long count, long bytes) {
        return new QuotaNumbers(count, bytes, NONE, NONE);
    }

    /** Reads the data of a node; empty if it is not such a text. */
    public static Optional<QuotaNumbers> parse(@Nullable Bytes content) {
        if (content == null) {
            return Optional.empty();
        }
        QuotaNumbers numbers = UNLIMITED;
        if (content.size() == 0) {
            return Optional.of(numbers);
        }
        for (String each : content.utf8().split("[,;]+")) {
            String[] parts = each.split("=");
            if (parts.length < 2) {
                return Optional.empty();
            }
            try {
                numbers = numbers.with(parts[0], parts[1].isEmpty() ? NONE : Long.parseLong(parts[1]));
            } catch (NumberFormatException notANumber) {
                return Optional.empty();
            }
        }
        return Optional.of(numbers);
    }

    private QuotaNumbers with(String name, long number) {
        return switch (name) {
            case "count" -> new QuotaNumbers(number, bytes, countHard, bytesHard);
            case "bytes" -> new QuotaNumbers(count, number, countHard, bytesHard);
            case "countHardLimit" -> new QuotaNumbers(count, bytes, number, bytesHard);
            case "byteHardLimit" -> new QuotaNumbers(count, bytes, countHard, number);
            default -> this;
        };
    }

    /** Returns the numbers after so many nodes and bytes more. */
    QuotaNumbers plus(long moreCount, long moreBytes) {
        return new QuotaNumbers(count + moreCount, bytes + moreBytes, countHard, bytesHard);
    }

    /** Returns the text. */
    public Bytes text() {
        StringBuilder text = new StringBuilder("count=" + count + ",bytes=" + bytes);
        if (countHard != NONE || bytesHard != NONE) {
            text.append('=');
            append(text, "byteHardLimit", bytesHard);
            append(text, "countHardLimit", countHard);
        }
        return Bytes.utf8(text.toString());
    }

    private static void append(StringBuilder text, String name, long number) {
        if (number != NONE) {
            text.append(';').append(name).append('=').append(number);
        }
    }
}
