package baton.recipes.queue;

import baton.core.Payload;
import baton.recipes.CodecException;
import baton.recipes.codec.HeadedText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What stands in the node of a task, wherever that is: {@code /tasks}, {@code /assign/w} or {@code /dead}.
 *
 * <p>A {@link HeadedText} of format {@value #FORMAT}; its body is the user's task as its codec wrote it.
 *
 * @param terms what the submitter asked for; never changes
 * @param progress what became of it so far
 * @param payload the task
 */
record TaskEnvelope(Terms terms, Progress progress, Payload payload) {
    static final String FORMAT = "baton-task 1";
    static final int PAYLOAD_MAX = 65_536;
    static final int FAILURES_MAX = 5;
    static final int FAILURE_LENGTH_MAX = 256;

    /**
     * What the submitter asked for.
     *
     * @param maxAttempts at least 1
     * @param runAtMost zero for no limit
     * @param labels the worker needs
     * @param submittedMillis wall clock of the submitter
     * @param keyHash name of the idempotency node, empty for none
     */
    record Terms(
            int maxAttempts, Duration runAtMost, Map<String, String> labels, long submittedMillis, String keyHash) {
        Terms {
            labels = Map.copyOf(labels);
        }
    }

    /**
     * What became of it so far.
     *
     * @param attempts that failed
     * @param notBeforeMillis wall clock before which it is not handed out
     * @param origin revision at which it was submitted: its place among equals; 0 until a master saw it
     * @param failures the last few
     * @param stop whether and why its handler is to stop
     * @param worker that has it or had it last; empty if none had
     * @param token of the mastership that handed it out, 0 if none did
     * @param change names the write that made this envelope, so that its author finds it after a lost reply
     * @param changedMillis wall clock of that write
     */
    record Progress(
            int attempts,
            long notBeforeMillis,
            long origin,
            List<String> failures,
            Stop stop,
            String worker,
            long token,
            String change,
            long changedMillis) {
        Progress {
            failures = List.copyOf(failures);
        }
    }

    /** Whether and why the handler of an assigned task is to stop. */
    enum Stop {
        NO,
        /** A client asked for it: the end is CANCELLED. */
        CANCEL,
        /** It ran for too long: a failed attempt. */
        OVERDUE
    }

    static TaskEnvelope submitted(Terms terms, Payload payload, long notBeforeMillis) {
        Progress none = new Progress(0, notBeforeMillis, 0, List.of(), Stop.NO, "", 0, "", terms.submittedMillis());
        return new TaskEnvelope(terms, none, payload);
    }

    /** Wraps what cannot be read, so that it can stand among the dead. */
    static TaskEnvelope poison(Payload raw, String why, long nowMillis) {
        Terms terms = new Terms(1, Duration.ZERO, Map.of(), nowMillis, "");
        Progress failed = new Progress(0, 0, 0, List.of(shortened(why)), Stop.NO, "", 0, "", nowMillis);
        return new TaskEnvelope(terms, failed, raw);
    }

    /** As handed to a worker by a master. */
    TaskEnvelope assignedTo(String worker, long masterToken, long originIfUnknown, long nowMillis) {
        long origin = progress.origin() == 0 ? originIfUnknown : progress.origin();
        return with(new Progress(
                progress.attempts(), 0, origin, progress.failures(), Stop.NO, worker, masterToken, "", nowMillis));
    }

    TaskEnvelope askedToStop(Stop stop, long nowMillis) {
        return with(new Progress(
                progress.attempts(),
                progress.notBeforeMillis(),
                progress.origin(),
                progress.failures(),
                stop,
                progress.worker(),
                progress.token(),
                progress.change(),
                nowMillis));
    }

    /** After an attempt that failed. */
    TaskEnvelope failed(String why, long notBeforeMillis, String change, long nowMillis) {
        return with(new Progress(
                progress.attempts() + 1,
                notBeforeMillis,
                progress.origin(),
                appended(progress.failures(), why),
                Stop.NO,
                progress.worker(),
                progress.token(),
                change,
                nowMillis));
    }

    /** Given back without a failed attempt. */
    TaskEnvelope returned(long notBeforeMillis, String change, long nowMillis) {
        return with(new Progress(
                progress.attempts(),
                notBeforeMillis,
                progress.origin(),
                progress.failures(),
                Stop.NO,
                progress.worker(),
                progress.token(),
                change,
                nowMillis));
    }

    /** Back from the dead, with every attempt before it. */
    TaskEnvelope revived(long nowMillis) {
        return with(new Progress(
                0, 0, progress.origin(), progress.failures(), Stop.NO, progress.worker(), 0, "", nowMillis));
    }

    /** Whether a further failed attempt is the last one. */
    boolean isLastAttempt() {
        return progress.attempts() + 1 >= terms.maxAttempts();
    }

    Optional<String> lastFailure() {
        List<String> failures = progress.failures();
        return failures.isEmpty() ? Optional.empty() : Optional.of(failures.get(failures.size() - 1));
    }

    TaskEnvelope withoutPayload() {
        return new TaskEnvelope(terms, progress, Payload.EMPTY);
    }

    Payload encode() {
        HeadedText.Builder text = HeadedText.builder(FORMAT)
                .field("attempts", progress.attempts())
                .field("maxAttempts", terms.maxAttempts())
                .field("notBefore", progress.notBeforeMillis())
                .field("runAtMostMillis", terms.runAtMost().toMillis())
                .field("submitted", terms.submittedMillis())
                .field("origin", progress.origin())
                .field("stop", progress.stop().name())
                .field("worker", progress.worker())
                .field("token", progress.token())
                .field("change", progress.change())
                .field("changed", progress.changedMillis())
                .field("key", terms.keyHash());
        new TreeMap<>(terms.labels()).forEach((name, value) -> text.field("label." + name, value));
        progress.failures().forEach(failure -> text.field("failure", failure));
        return text.body(payload).encode();
    }

    /** @throws CodecException if this is no envelope */
    static TaskEnvelope decode(Payload data) {
        try {
            return read(HeadedText.decode(FORMAT, data));
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw new CodecException(FORMAT, data, String.valueOf(malformed.getMessage()), malformed);
        }
    }

    /** Empty if this is no envelope. */
    static Optional<TaskEnvelope> tryDecode(Payload data) {
        try {
            return Optional.of(decode(data));
        } catch (CodecException foreign) {
            return Optional.empty();
        }
    }

    private static TaskEnvelope read(HeadedText text) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (HeadedText.Field field : text.fields()) {
            if (field.name().startsWith("label.")) {
                labels.put(field.name().substring("label.".length()), field.value());
            }
        }
        Terms terms = new Terms(
                Math.toIntExact(text.number("maxAttempts")),
                Duration.ofMillis(text.number("runAtMostMillis")),
                labels,
                text.number("submitted"),
                text.text("key"));
        Progress progress = new Progress(
                Math.toIntExact(text.number("attempts")),
                text.number("notBefore"),
                text.number("origin"),
                text.all("failure"),
                Stop.valueOf(text.text("stop")),
                text.text("worker"),
                text.number("token"),
                text.text("change"),
                text.number("changed"));
        return new TaskEnvelope(terms, progress, text.body());
    }

    private TaskEnvelope with(Progress other) {
        return new TaskEnvelope(terms, other, payload);
    }

    private static List<String> appended(List<String> failures, String why) {
        int kept = Math.min(failures.size(), FAILURES_MAX - 1);
        List<String> all = new ArrayList<>(failures.subList(failures.size() - kept, failures.size()));
        all.add(shortened(why));
        return all;
    }

    private static String shortened(String why) {
        return why.length() <= FAILURE_LENGTH_MAX ? why : why.substring(0, FAILURE_LENGTH_MAX);
    }
}
