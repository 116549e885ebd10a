package baton.spring.autoconfigure;

import baton.recipes.LeasePolicy;
import baton.spring.StartRefusedException;
import baton.spring.config.DocumentFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.util.StringUtils;

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
 * @param acl who may do what with the nodes this application creates: open, creator, or entries scheme:id:permissions.
 * @param start settings of the start of the application.
 * @param auth identities at the store.
 * @param ssl encryption of connections to servers.
 * @param embedded settings of the embedded core.
 * @param etcd settings of an etcd core.
 * @param threads settings of threads that run code of the application.
 * @param leader settings of elections.
 * @param lock defaults of distributed locks.
 * @param config settings of live configuration.
 * @param registry settings of the registration of this application as a service, and of finding others.
 * @param tasks settings of task queues, by queue.
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
        @DefaultValue("open") List<String> acl,
        @DefaultValue Start start,
        @DefaultValue Auth auth,
        @DefaultValue Ssl ssl,
        @DefaultValue Embedded embedded,
        @DefaultValue Etcd etcd,
        @DefaultValue Threads threads,
        @DefaultValue Leader leader,
        @DefaultValue Lock lock,
        @DefaultValue Config config,
        @DefaultValue Registry registry,
        @DefaultValue Map<String, TaskQueueSettings> tasks,
        @DefaultValue Events events,
        @DefaultValue Shutdown shutdown) {

    public BatonProperties {
        connect = List.copyOf(connect);
        acl = List.copyOf(acl);
        tasks = Map.copyOf(tasks);
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
     * Encryption of connections to servers.
     *
     * @param enabled whether to encrypt. By default if a bundle is named.
     * @param bundle name of the SSL bundle, as below spring.ssl.bundle. What the JDK trusts by default.
     */
    public record Ssl(@Nullable Boolean enabled, @Nullable String bundle) {
        boolean isWanted() {
            return enabled != null ? enabled : StringUtils.hasText(bundle);
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
     * An etcd core.
     *
     * @param username who this application is to the cluster. Nobody by default.
     * @param password that proves it.
     */
    public record Etcd(@Nullable String username, @Nullable String password) {
        @Override
        public String toString() {
            return "Etcd[username=" + username + "]";
        }
    }

    /**
     * Threads that run code of the application.
     *
     * @param virtual whether listeners and callbacks run on virtual threads. Follows spring.threads.virtual.enabled by default.
     */
    public record Threads(@Nullable Boolean virtual) {}

    /**
     * Elections.
     *
     * @param roles this application contends for, beside those its annotations name.
     * @param relinquishWhenRefusingTraffic whether this instance gives up its roles while it refuses traffic.
     */
    public record Leader(
            @DefaultValue Map<String, LeaderRole> roles,
            @DefaultValue("false") boolean relinquishWhenRefusingTraffic) {
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
     * @param namespace that paths of configuration lie below. The whole store by default.
     * @param root of the tree that an import without a path reads.
     * @param defaultContext name of what all applications import from that tree.
     * @param profileSeparator what stands between a name and a profile in that tree.
     * @param format of imported nodes whose names do not say it. They are directories of keys by default.
     * @param debounce changes within this time are one change.
     * @param importTimeout how long the start waits for imported configuration.
     * @param diskSnapshot directory that keeps the last good values for starts without the store. None by default.
     * @param strict whether to refuse the injection of a value that would never change.
     */
    public record Config(
            @DefaultValue("/") String namespace,
            @DefaultValue("config") String root,
            @DefaultValue("application") String defaultContext,
            @DefaultValue(",") String profileSeparator,
            @Nullable DocumentFormat format,
            @DefaultValue("200ms") Duration debounce,
            @DefaultValue("5s") Duration importTimeout,
            @Nullable String diskSnapshot,
            @DefaultValue("false") boolean strict) {
        public Config {
            requireWithin("baton.config.debounce", debounce, Duration.ZERO, Duration.ofMinutes(1));
            requireWithin("baton.config.import-timeout", importTimeout, Duration.ZERO, Duration.ofHours(1));
        }

        Optional<Path> snapshots() {
            return diskSnapshot == null || diskSnapshot.isBlank()
                    ? Optional.empty()
                    : Optional.of(Path.of(diskSnapshot));
        }
    }

    /**
     * The registration of this application as a service.
     *
     * @param enabled whether to register it. By default if it has a name and a web server.
     * @param path of all services below the namespace.
     * @param name of the service. Defaults to the application's name.
     * @param id of this instance. Defaults to baton.client-id.
     * @param address others reach it at. Defaults to the first site-local address of this host.
     * @param preferIp whether the default address is a number instead of a name.
     * @param port others reach it at. Defaults to the web server's.
     * @param sslPort others reach it at over TLS. None by default.
     * @param weight among the instances, from 0 to 1000.
     * @param zone it runs in. None by default.
     * @param version it has. None by default.
     * @param tags to find it by.
     * @param metadata for whoever finds it, by name.
     */
    public record Registry(
            @Nullable Boolean enabled,
            @DefaultValue("services") String path,
            @Nullable String name,
            @Nullable String id,
            @Nullable String address,
            @DefaultValue("true") boolean preferIp,
            @Nullable Integer port,
            @Nullable Integer sslPort,
            @DefaultValue("1") int weight,
            @DefaultValue("") String zone,
            @DefaultValue("") String version,
            @DefaultValue Set<String> tags,
            @DefaultValue Map<String, String> metadata) {
        public Registry {
            tags = Set.copyOf(tags);
            metadata = Map.copyOf(metadata);
            if (weight < 0 || weight > 1000) {
                throw new StartRefusedException(
                        "Property baton.registry.weight is " + weight + ".", "It must be from 0 to 1000.");
            }
        }
    }

    /**
     * One task queue.
     *
     * @param root of its nodes below the namespace. Defaults to tasks/ and the queue.
     * @param maxPending how many tasks may wait, from 1 to 10000.
     * @param maxAttempts after how many failures a task is dead.
     * @param backoff the pause after the first failure, which doubles with each.
     * @param backoffMax the longest pause.
     * @param workerGrace how long a worker may be gone before its tasks are handed out again.
     * @param statusTtl how long results are kept that nobody acknowledged.
     * @param master whether this instance may become the queue's master.
     */
    public record TaskQueueSettings(
            @Nullable String root,
            @DefaultValue("10000") int maxPending,
            @DefaultValue("5") int maxAttempts,
            @DefaultValue("1s") Duration backoff,
            @DefaultValue("1m") Duration backoffMax,
            @DefaultValue("0s") Duration workerGrace,
            @DefaultValue("1h") Duration statusTtl,
            @DefaultValue("true") boolean master) {}

    /**
     * Application events.
     *
     * @param beforeReady whether to publish events before the application is ready.
     */
    public record Events(@DefaultValue("false") boolean beforeReady) {}

    /**
     * The end of the application.
     *
     * @param deregisterDelay for how long others may still call after this instance said that it leaves.
     * @param drainTimeout how long to wait for interrupted on-leader methods and for tasks.
     */
    public record Shutdown(
            @DefaultValue("0s") Duration deregisterDelay,
            @DefaultValue("20s") Duration drainTimeout) {
        public Shutdown {
            requireWithin("baton.shutdown.deregister-delay", deregisterDelay, Duration.ZERO, Duration.ofHours(1));
            requireWithin("baton.shutdown.drain-timeout", drainTimeout, Duration.ZERO, Duration.ofHours(1));
        }
    }
}
