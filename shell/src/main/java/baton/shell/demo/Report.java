package baton.shell.demo;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a part tells the stage: one line, a word for the kind and then its fields, each URL-encoded, between blanks.
 */
sealed interface Report {
    /** The server can be reached at the address. */
    record Listening(String address) implements Report {}

    /** The part is connected and does its work. */
    record Ready() implements Report {}

    /** This master leads from now on. */
    record Leading(long token) implements Report {}

    /** A worker is halfway through a task and waits to be let go on. */
    record Halfway(String task, String file, int attempt) implements Report {}

    /** The client got the final record of a task. */
    record Recorded(Outcome outcome) implements Report {}

    /** The part cannot go on. */
    record Failed(String why) implements Report {}

    /** Returns the line that {@link #parse} reads. */
    default String line() {
        return Stream.concat(
                        Stream.of(getClass().getSimpleName()), fields().stream().map(Report::encode))
                .collect(Collectors.joining(" "));
    }

    private List<String> fields() {
        if (this instanceof Listening listening) {
            return List.of(listening.address());
        } else if (this instanceof Leading leading) {
            return List.of(Long.toString(leading.token()));
        } else if (this instanceof Halfway halfway) {
            return List.of(halfway.task(), halfway.file(), Integer.toString(halfway.attempt()));
        } else if (this instanceof Recorded recorded) {
            return recorded.outcome().fields();
        } else if (this instanceof Failed failed) {
            return List.of(failed.why());
        }
        return List.of();
    }

    /** @throws IllegalArgumentException if the line is no report */
    static Report parse(String line) {
        String[] words = line.split(" ", -1);
        List<String> fields = Arrays.stream(words).skip(1).map(Report::decode).toList();
        return switch (words[0]) {
            case "Listening" -> new Listening(fields.get(0));
            case "Ready" -> new Ready();
            case "Leading" -> new Leading(Long.parseLong(fields.get(0)));
            case "Halfway" -> new Halfway(fields.get(0), fields.get(1), Integer.parseInt(fields.get(2)));
            case "Recorded" -> new Recorded(Outcome.of(fields));
            case "Failed" -> new Failed(fields.get(0));
            default -> throw new IllegalArgumentException("no report: " + line);
        };
    }

    static String encode(String field) {
        return URLEncoder.encode(field, StandardCharsets.UTF_8);
    }

    static String decode(String field) {
        return URLDecoder.decode(field, StandardCharsets.UTF_8);
    }
}
