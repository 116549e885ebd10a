package baton.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import baton.core.CoreError;
import baton.etcd.Refusals.Asked;
import io.grpc.Status;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusalsTest {
    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE,etcdserver: request timed out,IN_DOUBT",
        "UNAVAILABLE,etcdserver: leader changed,IN_DOUBT",
        "UNAVAILABLE,io exception,IN_DOUBT",
        "UNAVAILABLE,etcdserver: no leader,UNAVAILABLE",
        "DEADLINE_EXCEEDED,after 10s,IN_DOUBT",
        "CANCELLED,,IN_DOUBT",
        "INTERNAL,,IN_DOUBT",
        "RESOURCE_EXHAUSTED,etcdserver: too many requests,UNAVAILABLE",
        "RESOURCE_EXHAUSTED,etcdserver: mvcc: database space exceeded,UNAVAILABLE",
        "RESOURCE_EXHAUSTED,gRPC message exceeds maximum size,TOO_LARGE",
        "INVALID_ARGUMENT,etcdserver: request is too large,TOO_LARGE",
        "INVALID_ARGUMENT,etcdserver: too many operations in txn request,TOO_LARGE",
        "INVALID_ARGUMENT,etcdserver: user name is empty,DENIED",
        "INVALID_ARGUMENT,'etcdserver: authentication failed, invalid user ID or password',DENIED",
        "PERMISSION_DENIED,etcdserver: permission denied,DENIED",
        "UNAUTHENTICATED,etcdserver: invalid auth token,UNAVAILABLE"
    })
    void aChangeIsInDoubtUnlessItCertainlyDidNotHappen(Status.Code code, String text, CoreError expected) {
        Status status = code.toStatus().withDescription(text);

        assertThat(Refusals.error(status, Asked.CHANGE)).isEqualTo(expected);
        assertThat(Refusals.error(status, Asked.READ)).isNotEqualTo(CoreError.IN_DOUBT);
    }

    @Test
    void theCauseIsToldInWords() {
        Status status = Status.UNAVAILABLE
                .withDescription("io exception")
                .withCause(new IOException("finished", new IOException("Connection refused")));

        assertThat(Refusals.exception(status, Asked.READ, null))
                .hasMessage("etcd answered UNAVAILABLE io exception (Connection refused)")
                .hasNoCause();
    }
}
