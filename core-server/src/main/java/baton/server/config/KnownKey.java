package baton.server.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What this server does with each key that a {@code zoo.cfg} may hold.
 *
 * @param name the key; ends with {@code *} if it stands for all keys that begin so
 * @param treatment what is done with it
 * @param reason why it has no effect or is refused; empty if it is honoured
 */
record KnownKey(String name, Treatment treatment, String reason) {
    enum Treatment {
        /** Does what it does in Apache ZooKeeper. */
        HONOURED,
        /** Read and passed over. */
        NO_EFFECT,
        /** Passing it over would be unsafe: the server does not start, unless the value switches it off. */
        REFUSED;

        /** Returns it as people read it. */
        String shown() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private static final String ENSEMBLE = "only ensembles use it";
    private static final String DESIGN = "this server is built differently and needs no such setting";
    private static final String CLIENTS = "only clients use it";
    private static final String NOWHERE = "nor has it in Apache ZooKeeper, though it is often written";
    private static final String KERBEROS = "there is no Kerberos here";
    private static final String LOGGING = "logging is configured by a file of its own";

    private static final List<KnownKey> PREFIXES = List.of(
            honoured("authProvider.*"),
            honoured("server.*"),
            noEffect("group.*", ENSEMBLE),
            noEffect("weight.*", ENSEMBLE),
            noEffect("quorum.*", ENSEMBLE),
            noEffect("multiAddress.*", ENSEMBLE),
            noEffect("ssl.quorum.*", ENSEMBLE),
            noEffect("sasl.client.*", CLIENTS),
            noEffect("client.sasl.*", CLIENTS),
            noEffect("jvm.pause.*", DESIGN),
            noEffect("nio.*", DESIGN),
            noEffect("netty.*", DESIGN),
            noEffect("commitProcessor.*", DESIGN),
            noEffect("connection_throttle_*", "the budget is kept to the session: neither chance nor weights"),
            noEffect("request_throttle*", DESIGN),
            noEffect("request_stale_*", DESIGN),
            noEffect("kerberos.*", KERBEROS),
            noEffect("learner.*", ENSEMBLE),
            noEffect("leader.*", ENSEMBLE),
            noEffect("observer.*", ENSEMBLE),
            noEffect("observerMaster.*", ENSEMBLE),
            noEffect("messageTracker.*", ENSEMBLE),
            noEffect("pathStats.*", "traffic is told by the nodes at the top"),
            honoured("superUser.*"),
            noEffect("x-*", "a comment"));

    private static final Map<String, KnownKey> BY_NAME = index(
            honoured("clientPort"),
            honoured("clientPortAddress"),
            honoured("dataDir"),
            honoured("dataLogDir"),
            honoured("tickTime"),
            honoured("minSessionTimeout"),
            honoured("maxSessionTimeout"),
            honoured("maxClientCnxns"),
            honoured("maxCnxns"),
            honoured("clientPortListenBacklog"),
            honoured("autopurge.snapRetainCount"),
            honoured("autopurge.purgeInterval"),
            honoured("snapCount"),
            honoured("preAllocSize"),
            honoured("forceSync"),
            honoured("snapSizeLimitInKb"),
            honoured("txnLogSizeLimitInKb"),
            honoured("fsync.warningthresholdms"),
            honoured("snapshot.compression.method"),
            honoured("baton.fsync.stuckMillis"),
            honoured("baton.reserveMegabytes"),
            honoured("jute.maxbuffer"),
            honoured("4lw.commands.whitelist"),
            honoured("extendedTypesEnabled"),
            honoured("skipACL"),
            honoured("DigestAuthenticationProvider.superDigest"),
            honoured("znode.container.checkIntervalMs"),
            honoured("nio.sessionlessCnxnTimeout"),
            honoured("baton.eventLoops"),
            honoured("baton.transport"),
            honoured("baton.outstandingBytesMax"),
            honoured("baton.outboundBytesMax"),
            honoured("baton.outboundStallMillis"),
            honoured("baton.listBytesMax"),
            honoured("baton.security"),
            honoured("baton.session.password"),
            honoured("baton.session.secretPath"),
            honoured("baton.session.binding"),
            honoured("baton.sessionsMax"),
            honoured("connection_throttle_tokens"),
            honoured("connection_throttle_fill_time"),
            honoured("connection_throttle_fill_count"),
            honoured("baton.ephemeralsPerSessionMax"),
            honoured("baton.watchesPerConnectionMax"),
            honoured("baton.watchesMax"),
            honoured("baton.watchedBytesPerConnectionMax"),
            honoured("baton.watchedBytesMax"),
            honoured("baton.identityBytesPerConnectionMax"),
            honoured("baton.identity.connectionsMax"),
            honoured("baton.identity.nodesPerMinute"),
            honoured("baton.identity.kilobytesPerMinute"),
            honoured("secureClientPort"),
            honoured("secureClientPortAddress"),
            honoured("client.portUnification"),
            honoured("client.certReload"),
            honoured("baton.tls.dir"),
            honoured(ConfigValues.UNKNOWN),
            honoured("ssl.keyStore.location"),
            honoured("ssl.keyStore.password"),
            honoured("ssl.keyStore.passwordPath"),
            honoured("ssl.keyStore.type"),
            honoured("ssl.trustStore.location"),
            honoured("ssl.trustStore.password"),
            honoured("ssl.trustStore.passwordPath"),
            honoured("ssl.trustStore.type"),
            honoured("ssl.protocol"),
            honoured("ssl.enabledProtocols"),
            honoured("ssl.ciphersuites"),
            honoured("ssl.clientAuth"),
            honoured("ssl.clientHostnameVerification"),
            honoured("ssl.crl"),
            honoured("ssl.ocsp"),
            honoured("ssl.authProvider"),
            honoured("netty.server.outstandingHandshake.limit"),
            refused("ssl.context.supplier.class", "no code is loaded by name"),
            noEffect("ssl.hostnameVerification", "servers verify names by ssl.clientHostnameVerification"),
            noEffect("ssl.sslProvider", "the JDK's TLS is used"),
            noEffect("ssl.handshakeDetectionTimeoutMillis", "a handshake may take 5 s"),
            honoured("admin.enableServer"),
            honoured("admin.serverAddress"),
            honoured("admin.serverPort"),
            honoured("admin.idleTimeout"),
            honoured("admin.commandURL"),
            honoured("ssl.quorum.keyStore.location"),
            honoured("ssl.quorum.keyStore.password"),
            honoured("ssl.quorum.keyStore.passwordPath"),
            honoured("ssl.quorum.keyStore.type"),
            honoured("ssl.quorum.trustStore.location"),
            honoured("ssl.quorum.trustStore.password"),
            honoured("ssl.quorum.trustStore.passwordPath"),
            honoured("ssl.quorum.trustStore.type"),
            honoured("ssl.quorum.crl"),
            honoured("ssl.quorum.ocsp"),
            honoured("admin.portUnification"),
            honoured("admin.forceHttps"),
            honoured("admin.needClientAuth"),
            honoured("admin.snapshot.enabled"),
            honoured("admin.restore.enabled"),
            honoured("admin.rateLimiterIntervalInMS"),
            honoured("metricsProvider.className"),
            honoured("metricsProvider.httpHost"),
            honoured("metricsProvider.httpPort"),
            honoured("metricsProvider.counterNames"),
            honoured("metricsProvider.httpsPort"),
            honoured("metricsProvider.ssl.keyStore.location"),
            honoured("metricsProvider.ssl.keyStore.password"),
            honoured("metricsProvider.ssl.keyStore.passwordPath"),
            honoured("metricsProvider.ssl.keyStore.type"),
            honoured("metricsProvider.ssl.trustStore.location"),
            honoured("metricsProvider.ssl.trustStore.password"),
            honoured("metricsProvider.ssl.trustStore.passwordPath"),
            honoured("metricsProvider.ssl.trustStore.type"),
            honoured("metricsProvider.ssl.need.client.auth"),
            honoured("metricsProvider.ssl.want.client.auth"),
            honoured("metricsProvider.ssl.enabledProtocols"),
            honoured("metricsProvider.ssl.ciphersuites"),
            noEffect("metricsProvider.exportJvmInfo", "always on"),
            noEffect("metricsProvider.workerShutdownTimeoutMs", DESIGN),
            noEffect("metricsProvider.numWorkerThreads", DESIGN),
            noEffect("metricsProvider.maxQueueSize", DESIGN),
            honoured("request_throttle_max_requests"),
            honoured("requestThrottleLimit"),
            noEffect("requestThrottleStallTime", DESIGN),
            noEffect("requestThrottleDropStale", DESIGN),
            noEffect("requestStaleLatencyCheck", DESIGN),
            noEffect("requestStaleConnectionCheck", DESIGN),
            noEffect("client.secure", CLIENTS),
            noEffect("clientCnxnSocket", CLIENTS),
            noEffect("log.dir", LOGGING),
            noEffect("log.file", LOGGING),
            noEffect("root.logger", LOGGING),
            noEffect("console.threshold", LOGGING),
            noEffect("jmx.log4j.disable", "there are no beans of this server"),
            honoured("sessionRequireClientSASLAuth"),
            honoured("ensembleAuthName"),
            honoured("enforce.auth.enabled"),
            honoured("enforceQuota"),
            honoured("enforce.auth.schemes"),
            honoured("allowSaslFailedClients"),
            honoured("superUser"),
            honoured("fips-mode"),
            honoured("letAnySaslUserDoX"),
            honoured("SASLAuthenticationProvider.superPassword"),
            honoured("java.security.auth.login.config"),
            honoured("sasl.serverconfig"),
            honoured("X509AuthenticationProvider.superUser"),
            honoured("DigestAuthenticationProvider.enabled"),
            honoured("DigestAuthenticationProvider.digestAlg"),
            honoured("reconfigEnabled"),
            honoured("znode.container.maxPerMinute"),
            honoured("znode.container.maxNeverUsedIntervalMs"),
            honoured("audit.enable"),
            honoured("dynamicConfigFile"),
            noEffect("version", ENSEMBLE),
            noEffect("jaasLoginRenew", NOWHERE),
            noEffect("requireClientAuthScheme", NOWHERE + "; sessionRequireClientSASLAuth=true does what it says"),
            noEffect("traceFile", NOWHERE),
            noEffect("requireKerberosConfig", KERBEROS),
            noEffect("security.auth_to_local", KERBEROS),
            noEffect("sasl.client", CLIENTS),
            noEffect("sasl.clientconfig", CLIENTS),
            noEffect("request.timeout", CLIENTS),
            honoured("datadir.autocreate"),
            noEffect("db.autocreate", ENSEMBLE),
            noEffect("forceSnapshotSync", ENSEMBLE),
            noEffect("leaderConnectDelayDuringRetryMs", ENSEMBLE),
            noEffect("follower.skipLearnerRequestToNextProcessor", ENSEMBLE),
            noEffect("forward_learner_requests_to_commit_processor_disabled", ENSEMBLE),
            noEffect("intBufferStartingSizeBytes", DESIGN),
            noEffect("admin.httpVersion", "HTTP/1.1 is spoken"),
            noEffect("IPAuthenticationProvider.usexforwardedfor", "clients have the address of their socket"),
            refused("oraclePath", "ensembles are not supported yet"),
            noEffect("initLimit", ENSEMBLE),
            noEffect("syncLimit", ENSEMBLE),
            noEffect("connectToLearnerMasterLimit", ENSEMBLE),
            noEffect("electionAlg", ENSEMBLE),
            noEffect("peerType", ENSEMBLE),
            noEffect("syncEnabled", ENSEMBLE),
            noEffect("observerMasterPort", ENSEMBLE),
            noEffect("standaloneEnabled", ENSEMBLE),
            noEffect("localSessionsEnabled", ENSEMBLE),
            noEffect("localSessionsUpgradingEnabled", ENSEMBLE),
            noEffect("quorumListenOnAllIPs", ENSEMBLE),
            noEffect("sslQuorum", ENSEMBLE),
            noEffect("sslQuorumReloadCertFiles", ENSEMBLE),
            noEffect("portUnification", ENSEMBLE),
            noEffect("leaderServes", ENSEMBLE),
            noEffect("cnxTimeout", ENSEMBLE),
            noEffect("quorumCnxnTimeoutMs", ENSEMBLE),
            noEffect("electionPortBindRetry", ENSEMBLE),
            noEffect("fastleader.minNotificationInterval", ENSEMBLE),
            noEffect("fastleader.maxNotificationInterval", ENSEMBLE),
            noEffect("commitLogCount", ENSEMBLE),
            noEffect("snapshotSizeFactor", ENSEMBLE),
            noEffect("tcpKeepAlive", ENSEMBLE),
            noEffect("serverCnxnFactory", DESIGN),
            noEffect("clientTcpKeepAlive", "sessions notice dead clients"),
            honoured("globalOutstandingLimit"),
            noEffect("largeRequestMaxBytes", "what waits is bounded by baton.outstandingBytesMax"),
            noEffect("largeRequestThreshold", "what waits is bounded by baton.outstandingBytesMax"),
            noEffect("throttled_op_wait_time", "who waits for room is not refused for it"),
            noEffect("maxResponseCacheSize", DESIGN),
            noEffect("maxGetChildrenResponseCacheSize", DESIGN),
            noEffect("flushDelay", "writes are grouped without a delay"),
            noEffect("maxBatchSize", "writes are grouped without a delay"),
            noEffect("maxWriteQueuePollTime", "writes are grouped without a delay"),
            noEffect("closeSessionTxn.enabled", "always on"),
            honoured("digest.enabled"),
            noEffect("serializeLastProcessedZxid.enabled", "always on"),
            noEffect("snapshot.trust.empty", "an empty directory is always told from a damaged one"),
            refused(
                    "emulate353TTLNodes",
                    "nodes with a time to live as 3.5.3 stored them would be taken for ephemeral ones and deleted;"
                            + " delete them with the server that made them"),
            noEffect("enableEagerACLCheck", "every check is made before the change is logged"),
            noEffect("watchManagerName", DESIGN),
            noEffect("watcherCleanThreadsNum", DESIGN),
            noEffect("watcherCleanThreshold", DESIGN),
            noEffect("watcherCleanIntervalInSeconds", DESIGN),
            noEffect("bitHashCacheSize", DESIGN),
            noEffect("maxInProcessingDeadWatchers", DESIGN),
            honoured("readonlymode.enabled"),
            noEffect("jute.maxbuffer.extrasize", "always as much as jute.maxbuffer"));

    /** Read from the file itself by Apache ZooKeeper; everything else is a property of the process there. */
    private static final Set<String> FOR_FILES_ONLY = Set.of(
            "clientPort",
            "clientPortAddress",
            "secureClientPort",
            "secureClientPortAddress",
            "dataDir",
            "dataLogDir",
            "tickTime",
            "minSessionTimeout",
            "maxSessionTimeout",
            "maxClientCnxns",
            "clientPortListenBacklog",
            "initLimit",
            "syncLimit",
            "peerType",
            "autopurge.snapRetainCount",
            "autopurge.purgeInterval",
            "reconfigEnabled",
            "standaloneEnabled",
            "localSessionsEnabled",
            "localSessionsUpgradingEnabled",
            "metricsProvider.className");

    /** Those without effect that are true or false, or Apache ZooKeeper does not start. */
    private static final Set<String> FLAGS = Set.of(
            "syncEnabled",
            "standaloneEnabled",
            "localSessionsEnabled",
            "localSessionsUpgradingEnabled",
            "quorumListenOnAllIPs",
            "sslQuorum",
            "sslQuorumReloadCertFiles",
            "portUnification",
            "quorum.auth.enableSasl",
            "quorum.auth.learnerRequireSasl",
            "quorum.auth.serverRequireSasl",
            "multiAddress.enabled",
            "multiAddress.reachabilityCheckEnabled",
            "jvm.pause.monitor");

    private static final int EDITS_MAX = 3;

    /** Shorter beginnings are shared by too many keys to tell which is meant. */
    private static final int CONTINUED_MIN = 7;

    private static final String PREFIX_OF_PROPERTIES = "zookeeper.";

    /** Properties of the process that bear no prefix. */
    private static final Set<String> BARE_PROPERTIES = Set.of(
            "jute.maxbuffer",
            "readonlymode.enabled",
            "znode.container.checkIntervalMs",
            "znode.container.maxPerMinute",
            "znode.container.maxNeverUsedIntervalMs",
            "java.security.auth.login.config");

    /** Returns the keys that Apache ZooKeeper does not have. */
    static List<String> ownKeys() {
        List<String> own = new ArrayList<>();
        for (String each : BY_NAME.keySet()) {
            if (each.startsWith("baton.")) {
                own.add(each);
            }
        }
        Collections.sort(own);
        return own;
    }

    /** Returns everything that is known, in order. */
    static List<KnownKey> all() {
        return Stream.concat(BY_NAME.values().stream(), PREFIXES.stream())
                .sorted(Comparator.comparing(KnownKey::name))
                .toList();
    }

    /** Says whether the key does nothing as a property of the process. */
    static boolean isForFilesOnly(String key) {
        return FOR_FILES_ONLY.contains(key) || key.startsWith(ServerLines.PREFIX);
    }

    /** Says whether nothing but true and false makes sense for a key, though it has no effect. */
    static boolean isFlagWithoutEffect(String key) {
        return FLAGS.contains(key);
    }

    /** Returns the key without the prefix that it carries as a property of the process. */
    static String bare(String key) {
        return key.startsWith(PREFIX_OF_PROPERTIES) ? key.substring(PREFIX_OF_PROPERTIES.length()) : key;
    }

    /** Says whether a property of the process speaks to servers. */
    static boolean isPropertyForServers(String property) {
        return property.startsWith(PREFIX_OF_PROPERTIES) || BARE_PROPERTIES.contains(property);
    }

    /** Returns what is known of the key, or null. */
    static @Nullable KnownKey find(String key) {
        KnownKey exact = BY_NAME.get(key);
        if (exact != null) {
            return exact;
        }
        for (KnownKey each : PREFIXES) {
            if (key.startsWith(each.name.substring(0, each.name.length() - 1))) {
                return each;
            }
        }
        return null;
    }

    /**
     * Returns the known key that takes the fewest edits to reach, if three or fewer do; else the one of the most similar
     * length that goes on where the key ends, or ends where it goes on.
     */
    static @Nullable String nearest(String key) {
        String best = Spelling.nearest(key, BY_NAME.keySet(), EDITS_MAX);
        return best == null ? continued(key) : best;
    }

    private static @Nullable String continued(String key) {
        String best = null;
        for (String each : BY_NAME.keySet()) {
            String shorter = each.length() < key.length() ? each : key;
            boolean continued =
                    shorter.length() >= CONTINUED_MIN && each.regionMatches(true, 0, key, 0, shorter.length());
            if (continued && (best == null || isCloser(each, best, key))) {
                best = each;
            }
        }
        return best;
    }

    private static boolean isCloser(String one, String other, String key) {
        int difference = Math.abs(one.length() - key.length()) - Math.abs(other.length() - key.length());
        return difference < 0 || difference == 0 && one.compareTo(other) < 0;
    }

    private static KnownKey honoured(String name) {
        return new KnownKey(name, Treatment.HONOURED, "");
    }

    private static KnownKey noEffect(String name, String reason) {
        return new KnownKey(name, Treatment.NO_EFFECT, reason);
    }

    private static KnownKey refused(String name, String reason) {
        return new KnownKey(name, Treatment.REFUSED, reason);
    }

    private static Map<String, KnownKey> index(KnownKey... keys) {
        Map<String, KnownKey> index = new HashMap<>();
        for (KnownKey each : keys) {
            index.put(each.name, each);
        }
        return Map.copyOf(index);
    }
}
