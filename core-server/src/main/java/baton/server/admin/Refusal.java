package baton.server.admin;

import baton.server.admin.AdminCommands.Answer;
import baton.server.storage.StorageException;
import baton.server.transport.HttpSite.Reply;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Why a command is not carried out, and what HTTP calls that. */
record Refusal(int status, String error, Map<String, String> headers) {
    Refusal {
        headers = Map.copyOf(headers);
    }

    Refusal(int status, String error) {
        this(status, error, Map.of());
    }

    /** It was carried out less than an interval ago. */
    static Refusal tooSoon(String error, int intervalMillis) {
        return new Refusal(429, error, Map.of("Retry-After", Long.toString(1 + intervalMillis / 1_000L)));
    }

    /** Says what went wrong, for an operator. */
    static String reason(@Nullable Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof StorageException || cause instanceof IllegalStateException
                ? String.valueOf(cause.getMessage())
                : String.valueOf(cause);
    }

    static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    }

    /** Returns the answer, in the shape of all answers to commands. */
    Reply reply(String command) {
        return Reply.json(status, new Answer(command, Map.of(), error).json()).with(headers);
    }
}
