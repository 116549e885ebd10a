package baton.recipes.queue;

import baton.core.Payload;
import baton.recipes.CodecException;
import baton.recipes.codec.HeadedText;

/**
 * What stands in {@code /status/t}: a {@link HeadedText} of format {@value #FORMAT} whose body is the result as its
 * codec wrote it.
 *
 * @param state SUCCEEDED or CANCELLED
 * @param attempts how many there were
 * @param worker that recorded it, empty if no worker had the task
 * @param token createRev of the assignment, 0 if there was none
 * @param error empty if it succeeded
 * @param keyHash name of the idempotency node, empty for none
 * @param change names the write that made it
 * @param finishedMillis wall clock of that write
 * @param value the result
 */
record ResultEnvelope(
        TaskState state,
        int attempts,
        String worker,
        long token,
        String error,
        String keyHash,
        String change,
        long finishedMillis,
        Payload value) {
    static final String FORMAT = "baton-result 1";

    Payload encode() {
        return HeadedText.builder(FORMAT)
                .field("state", state.name())
                .field("attempts", attempts)
                .field("worker", worker)
                .field("token", token)
                .field("error", error)
                .field("key", keyHash)
                .field("change", change)
                .field("finished", finishedMillis)
                .body(value)
                .encode();
    }

    /** @throws CodecException if this is no result */
    static ResultEnvelope decode(Payload data) {
        try {
            HeadedText text = HeadedText.decode(FORMAT, data);
            return new ResultEnvelope(
                    TaskState.valueOf(text.text("state")),
                    Math.toIntExact(text.number("attempts")),
                    text.text("worker"),
                    text.number("token"),
                    text.text("error"),
                    text.text("key"),
                    text.text("change"),
                    text.number("finished"),
                    text.body());
        } catch (IllegalArgumentException | ArithmeticException malformed) {
            throw new CodecException(FORMAT, data, String.valueOf(malformed.getMessage()), malformed);
        }
    }
}
