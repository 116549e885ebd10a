package baton.bench;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.CampaignRequest;
import io.etcd.jetcd.api.CampaignResponse;
import io.etcd.jetcd.api.ElectionGrpc;
import io.etcd.jetcd.api.LeaderKey;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.ResignRequest;
import io.etcd.jetcd.api.lock.LockGrpc;
import io.etcd.jetcd.api.lock.LockRequest;
import io.etcd.jetcd.api.lock.UnlockRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A rival by etcd's own Lock and Election services, a call for each step, its lease renewed as often as ours. */
final class ServiceRival implements Rival {
    private static final int RENEWALS_A_LEASE = 3;

    private final ManagedChannel channel;
    private final LockGrpc.LockBlockingStub locks;
    private final ElectionGrpc.ElectionBlockingStub elections;
    private final LeaseGrpc.LeaseBlockingStub leases;
    private final ScheduledExecutorService renewals = Executors.newSingleThreadScheduledExecutor();
    private final long lease;
    private ByteString lockKey = ByteString.EMPTY;
    /** Written by the connection's thread before {@link #lead} completes. */
    private volatile @Nullable LeaderKey leaderKey;

    ServiceRival(int port, Duration timeout) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .directExecutor()
                .build();
        locks = LockGrpc.newBlockingStub(channel);
        elections = ElectionGrpc.newBlockingStub(channel);
        leases = LeaseGrpc.newBlockingStub(channel);
        lease = leases.leaseGrant(LeaseGrantRequest.newBuilder()
                        .setTTL(timeout.toSeconds())
                        .build())
                .getID();
        StreamObserver<LeaseKeepAliveRequest> renewing =
                LeaseGrpc.newStub(channel).leaseKeepAlive(new Ignored<LeaseKeepAliveResponse>());
        LeaseKeepAliveRequest renewal =
                LeaseKeepAliveRequest.newBuilder().setID(lease).build();
        long period = timeout.toMillis() / RENEWALS_A_LEASE;
        renewals.scheduleAtFixedRate(() -> renewing.onNext(renewal), period, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public void lock(String path) {
        lockKey = locks.lock(LockRequest.newBuilder()
                        .setName(ByteString.copyFromUtf8(path))
                        .setLease(lease)
                        .build())
                .getKey();
    }

    @Override
    public void unlock() {
        locks.unlock(UnlockRequest.newBuilder().setKey(lockKey).build());
    }

    @Override
    public CompletableFuture<Void> lead(String path) {
        CompletableFuture<Void> leads = new CompletableFuture<>();
        CampaignRequest campaign = CampaignRequest.newBuilder()
                .setName(ByteString.copyFromUtf8(path))
                .setLease(lease)
                .setValue(ByteString.copyFromUtf8("rival"))
                .build();
        ElectionGrpc.newStub(channel).campaign(campaign, new StreamObserver<>() {
            @Override
            public void onNext(CampaignResponse answer) {
                leaderKey = answer.getLeader();
                leads.complete(null);
            }

            @Override
            public void onError(Throwable failure) {
                leads.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {}
        });
        return leads;
    }

    @Override
    public void resign() {
        LeaderKey key = leaderKey;
        if (key != null) {
            elections.resign(ResignRequest.newBuilder().setLeader(key).build());
        }
    }

    @Override
    public void vanish() {
        renewals.shutdownNow();
        channel.shutdownNow();
    }

    @Override
    public void close() throws InterruptedException {
        renewals.shutdownNow();
        if (!channel.isShutdown()) {
            leases.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
            channel.shutdownNow();
        }
        channel.awaitTermination(2, TimeUnit.SECONDS);
    }

    /** Renewals are answered as long as the lease lives, and nobody here outlives it. */
    private static final class Ignored<T> implements StreamObserver<T> {
        @Override
        public void onNext(T answer) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
