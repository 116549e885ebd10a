package baton.etcd;

import baton.etcd.state.LeaseId;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stream by which a session renews its lease, and those of nodes with a time to live that it has written. When it
 * breaks, the link is broken. Lives on the loop.
 */
final class RenewalStream {
    private final Link link;
    private final Consumer<LeaseKeepAliveResponse> answered;
    private @Nullable StreamObserver<LeaseKeepAliveRequest> requests;

    RenewalStream(Link link, Consumer<LeaseKeepAliveResponse> answered) {
        this.link = link;
        this.answered = answered;
    }

    /** Sends one renewal. The link must be up. */
    void renew(LeaseId lease) {
        if (requests == null) {
            requests = link.stream(LeaseGrpc.getLeaseKeepAliveMethod(), answered);
        }
        requests.onNext(LeaseKeepAliveRequest.newBuilder().setID(lease.value()).build());
    }

    /** The link is down. */
    void unlinked() {
        requests = null;
    }

    /** Ends the stream. */
    void end() {
        StreamObserver<LeaseKeepAliveRequest> open = requests;
        requests = null;
        if (open != null) {
            open.onCompleted();
        }
    }
}
