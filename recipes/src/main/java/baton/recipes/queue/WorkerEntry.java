package baton.recipes.queue;

import baton.core.Payload;
import baton.recipes.CodecException;
import baton.recipes.codec.HeadedText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a worker says of itself in {@code /workers/w}.
 *
 * @param incarnation changes with every session of the worker
 * @param slots how many tasks it runs at a time
 * @param draining whether it takes no more
 * @param resume whether it takes up what an earlier incarnation was assigned
 * @param labels what it offers
 */
record WorkerEntry(String incarnation, int slots, boolean draining, boolean resume, Map<String, String> labels) {
    static final String FORMAT = "baton-worker 1";

    WorkerEntry {
        labels = Map.copyOf(labels);
    }

    WorkerEntry withIncarnation(String other) {
        return new WorkerEntry(other, slots, draining, resume, labels);
    }

    WorkerEntry withDraining() {
        return new WorkerEntry(incarnation, slots, true, resume, labels);
    }

    Payload encode() {
        HeadedText.Builder text = HeadedText.builder(FORMAT)
                .field("incarnation", incarnation)
                .field("slots", slots)
                .field("draining", Boolean.toString(draining))
                .field("resume", Boolean.toString(resume));
        new TreeMap<>(labels).forEach((name, value) -> text.field("label." + name, value));
        return text.body(Payload.EMPTY).encode();
    }

    /** @throws CodecException if this is no such entry */
    static WorkerEntry decode(Payload data) {
        try {
            HeadedText text = HeadedText.decode(FORMAT, data);
            Map<String, String> labels = new LinkedHashMap<>();
            for (HeadedText.Field field : text.fields()) {
                if (field.name().startsWith("label.")) {
                    labels.put(field.name().substring("label.".length()), field.value());
                }
            }
            return new WorkerEntry(
                    text.text("incarnation"),
                    Math.toIntExact(text.number("slots")),
                    text.text("draining").equals("true"),
                    text.text("resume").equals("true"),
                    labels);
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw new CodecException(FORMAT, data, String.valueOf(malformed.getMessage()), malformed);
        }
    }
}
