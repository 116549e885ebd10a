package baton.etcd;

import io.grpc.Status;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a call ended: with a value, or with a status that is not OK. */
record Reply<R>(@Nullable R valueOrNull, Status status) {
    static <R> Reply<R> of(R value) {
        return new Reply<>(value, Status.OK);
    }

    static <R> Reply<R> failed(Status status) {
        return new Reply<>(null, status);
    }

    boolean isOk() {
        return status.isOk();
    }

    R value() {
        return Objects.requireNonNull(valueOrNull, () -> "a call that ended with " + status + " has no value");
    }
}
