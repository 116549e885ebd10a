package baton.recipes.queue;

import baton.core.Payload;
import baton.recipes.Codec;
import baton.recipes.CodecException;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What came of a call of the handler. */
record Attempt(Kind kind, Payload value, String error, Duration delay) {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    enum Kind {
        OK,
        FAILED,
        REJECTED,
        LATER
    }

    static Attempt ok(Payload value) {
        return new Attempt(Kind.OK, value, "", Duration.ZERO);
    }

    static Attempt failed(String error) {
        return new Attempt(Kind.FAILED, Payload.EMPTY, error, Duration.ZERO);
    }

    static Attempt rejected(String error) {
        return new Attempt(Kind.REJECTED, Payload.EMPTY, error, Duration.ZERO);
    }

    static Attempt later(Duration delay) {
        return new Attempt(Kind.LATER, Payload.EMPTY, "", delay);
    }

    /**
     * Calls the handler, on the thread that it is to have.
     *
     * @param resultBytesMax how long an encoded result may be
     */
    @SuppressWarnings("CatchAndPrintStackTrace") // The outermost frame of the handler's work: all ends are reported.
    static <T, R> Attempt of(
            TaskRun run,
            TaskHandler<T, R> handler,
            Codec<T> taskCodec,
            Codec<R> resultCodec,
            IntSupplier resultBytesMax) {
        if (!run.enter()) {
            run.leave();
            return failed("stopped before it began");
        }
        try {
            T task = taskCodec.decode(run.envelope().payload());
            Payload value = resultCodec.encode(handler.handle(task, run));
            int most = resultBytesMax.getAsInt();
            return value.length() <= most
                    ? ok(value)
                    : rejected("result of " + value.length() + " bytes: must be at most " + most);
        } catch (RetryLaterException later) {
            return later(later.delay());
        } catch (RejectTaskException | CodecException hopeless) {
            return rejected(describe(hopeless));
        } catch (Exception failure) {
            return failed(describe(failure));
        } catch (Error failure) {
            LOG.warn("handler failed task={}", run.path(), failure);
            return failed(describe(failure));
        } finally {
            run.leave();
        }
    }

    private static String describe(Throwable failure) {
        String message = failure.getMessage();
        String type = failure.getClass().getSimpleName();
        return message == null || message.isBlank() ? type : type + ": " + message;
    }
}
