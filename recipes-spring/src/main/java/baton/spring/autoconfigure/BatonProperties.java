package baton.spring.autoconfigure;

import baton.recipes.LeasePolicy;
import baton.spring.StartRefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;

/**
 * Everything that can be said below {@code baton}. A key that is not here refuses the start.
 *
 * @param enabled whether to make any bean at all.
 * @param disabledGuards what becomes of guarded methods while baton.enabled is false.
 * @param core which coordination core to use. Chosen by the other settings and the class path by default.
 * @param connect servers to connect to, as host:port, the last one with an optional chroot, such as h1:2181,h2:2181/app.
 * @param namespace prefix of every path. Defaults to the application's name.
 * @param clientId name of this instance for other participants. Defaults to host and process id.
 * @param scopeId name of the store in fencing tokens. Change it when an older state of the store was restored.
 * @param sessionTimeout how long the store waits for a silent instance before others may take over.
 * @param leasePolicy what a lost connection does to leadership and locks while the session may live on.
 * @param acl who may do what with the nodes this application creates.
 * @param start settings of the start of the application.
 * @param auth identities at the store.
 * @param embedded settings of the embedded core.
 * @param leader settings of elections.
 * @param lock defaults of distributed locks.
 * @param config settings of live configuration.
 * @param events settings of application events.
 * @param shutdown settings of the end of the application.
 */
@ConfigurationProperties(prefix = "baton", ignoreUnknownFields = false)
public record BatonProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("refuse") DisabledGuards disabledGuards,
        @Nullable CoreKind core,
        @DefaultValue List<String> connect,
        @Nullable String namespace,
        @Nullable String clientId,
        @Nullable String scopeId,
        @DefaultValue("10s") Duration sessionTimeout,
        @DefaultValue("revoke-at-lease-end") LeasePolicy leasePolicy,
        @DefaultValue("open") NodeAccess acl,
        @DefaultValue Start start,
        @DefaultValue Auth auth,
        @DefaultValue Embedded embedded,
        @DefaultValue Leader leader,
        @DefaultValue Lock lock,
        @DefaultValue Config config,
        @DefaultValue Events events,
        @DefaultValue Shutdown shutdown) {

    public BatonProperties {
        connect = List.copyOf(connect);
        requireWithin("baton.session-timeout", sessionTimeout, Duration.ofMillis(100), Duration.ofHours(24));
    }

    private static void requireWithin(String key, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new StartRefusedException(
                    "Property " + key + " is " + text(value) + ".",
                    "It must be from " + text(min) + " to " + text(max) + ".");
        }
    }

    private static String text(Duration value) {
        return value.toMillis() % 1000 == 0 ? value.toSeconds() + "s" : value.toMillis() + "ms";
    }

    /** Guarded methods while Baton is disabled. */
    public enum DisabledGuards {
        /** The application does not start if it has any. */
        REFUSE,
        /** They run on every instance, without any guard. */
        RUN
    }

    /** Access to created nodes. */
    public enum NodeAccess {
        /** Everybody may do everything. */
        OPEN,
        /** Only the identities of this application may do anything. */
        CREATOR
    }

    /**
     * The start of the application.
     *
     * @param waitFor how long to wait for the first connection. Not at all by default.
     * @param onTimeout what to do when there is none by then.
     */
    public record Start(
            @Name("wait") @DefaultValue("0s") Duration waitFor,
            @DefaultValue("continue") OnTimeout onTimeout) {
        public Start {
            requireWithin("baton.start.wait", waitFor, Duration.ZERO, Duration.ofHours(1));
        }
    }

    /** No connection within {@code baton.start.wait}. */
    public enum OnTimeout {
        /** The application starts; what needs the store waits for it. */
        CONTINUE,
        /** The application does not start. */
        FAIL
    }

    /**
     * Identities at the store.
     *
     * @param digest name and password.
     */
    public record Auth(@Nullable Digest digest) {}

    /**
     * The digest scheme.
     *
     * @param username who it is.
     * @param password that proves it.
     */
    public record Digest(String username, String password) {
        @Override
        public String toString() {
            return "Digest[username=" + username + "]";
        }
    }

    /**
     * The embedded core.
     *
     * @param dataDir where it keeps its data. A directory that goes with the process by default.
     * @param port it listens on, on the loopback address. Any free one by default.
     * @param refuseInProfiles profiles in which it is used only if baton.core says so.
     */
    public record Embedded(
            @Nullable String dataDir,
            @DefaultValue("0") int port,
            @DefaultValue({"prod", "production"}) List<String> refuseInProfiles) {
        public Embedded {
            refuseInProfiles = List.copyOf(refuseInProfiles);
            if (port < 0 || port > 65535) {
                throw new StartRefusedException(
                        "Property baton.embedded.port is " + port + ".", "It must be from 0 (any free port) to 65535.");
            }
        }
    }

    /**
     * Elections.
     *
     * @param roles this application contends for, beside those its annotations name.
     */
    public record Leader(@DefaultValue Map<String, LeaderRole> roles) {
        public Leader {
            roles = Map.copyOf(roles);
        }
    }

    /**
     * One role.
     *
     * @param path of its latch below the namespace. Defaults to leader/ and the role.
     * @param leasePolicy what a lost connection does to its leadership. Defaults to baton.lease-policy.
     */
    public record LeaderRole(
            @Nullable String path, @Nullable LeasePolicy leasePolicy) {}

    /**
     * Distributed locks.
     *
     * @param path of all locks below the namespace.
     * @param waitFor how long to wait for a lock, or forever. Not at all by default.
     * @param atMost after which time a lock is lost. Never by default.
     * @param atLeast for how long nobody else gets a lock, even if it was released.
     * @param failInsideTransaction whether to refuse a lock inside of a transaction, which would commit after its release.
     */
    public record Lock(
            @DefaultValue("locks") String path,
            @Name("wait") @DefaultValue("0s") String waitFor,
            @Nullable Duration atMost,
            @DefaultValue("0s") Duration atLeast,
            @DefaultValue("false") boolean failInsideTransaction) {
        Optional<Duration> limit() {
            return Optional.ofNullable(atMost);
        }
    }

    /**
     * Live configuration.
     *
     * @param diskSnapshot directory that keeps the last good values for starts without the store. None by default.
     */
    public record Config(@Nullable String diskSnapshot) {}

    /**
     * Application events.
     *
     * @param beforeReady whether to publish events before the application is ready.
     */
    public record Events(@DefaultValue("false") boolean beforeReady) {}

    /**
     * The end of the application.
     *
     * @param drainTimeout how long to wait for interrupted on-leader methods.
     */
    public record Shutdown(@DefaultValue("20s") Duration drainTimeout) {
        public Shutdown {
            requireWithin("baton.shutdown.drain-timeout", drainTimeout, Duration.ZERO, Duration.ofHours(1));
        }
    }
}
