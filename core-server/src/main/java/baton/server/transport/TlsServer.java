package baton.server.transport;

import baton.protocol.tls.Revocation;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.TlsException;
import baton.server.config.TlsSettings;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * The server's side of TLS: makes what encrypts each connection, from keys and trust that can change while it runs.
 *
 * <p>The dear part of a handshake runs on the executor, not on the loop. A handshake may take five seconds, and only so
 * many go on at one time. Thread-safe.
 */
public final class TlsServer {
    private static final long HANDSHAKE_MILLIS_MAX = 5_000;

    private final TlsSettings settings;
    private final Executor handshakes;

    private static final int TICKET_SECONDS_WHEN_REVOCABLE = 60;

    // Guarded by itself; oldest first.
    private final Set<Channel> inHandshake = new LinkedHashSet<>();

    private final LongAdder failed = new LongAdder();
    private final LongAdder turnedAway = new LongAdder();
    private volatile Loaded loaded;

    private record Loaded(SslContext context, String fingerprint, long expiresAtMillis) {}

    /**
     * What became of files that were read again.
     *
     * @param used whether they are in force
     * @param text which they are, or why they cannot be used
     */
    public record Reload(boolean used, String text) {}

    /**
     * Reads keys and trust.
     *
     * @param handshakes runs the computations of handshakes
     * @throws TlsException naming the file and what is wrong with it
     */
    public TlsServer(TlsSettings settings, Executor handshakes) throws TlsException {
        this.settings = settings;
        this.handshakes = handshakes;
        this.loaded = load();
    }

    private Loaded load() throws TlsException {
        StoreFile trust = settings.trust();
        String fingerprint = fingerprint();
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            settings.keys().keys())
                    .sslProvider(SslProvider.JDK)
                    .protocols(settings.protocols())
                    .clientAuth(
                            switch (settings.clientAuth()) {
                                case NEED -> ClientAuth.REQUIRE;
                                case WANT -> ClientAuth.OPTIONAL;
                                case NONE -> ClientAuth.NONE;
                            });
            if (trust != null) {
                builder.trustManager(trust.trust(settings.revocation()));
            }
            if (settings.revocation() != Revocation.UNCHECKED) {
                // Who comes back with a ticket is not looked at again.
                builder.sessionTimeout(TICKET_SECONDS_WHEN_REVOCABLE);
            }
            if (!settings.ciphers().isEmpty()) {
                builder.ciphers(settings.ciphers(), SupportedCipherSuiteFilter.INSTANCE);
            }
            return new Loaded(builder.build(), fingerprint, firstExpiry());
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException("cannot set up TLS with " + settings.keys().shown() + ": " + e.getMessage(), e);
        }
    }

    private String fingerprint() {
        StoreFile trust = settings.trust();
        return settings.keys().fingerprint() + (trust == null ? "" : " " + trust.fingerprint());
    }

    private long firstExpiry() throws TlsException {
        return settings.keys().certificates().stream()
                .map(X509Certificate::getNotAfter)
                .mapToLong(Date::getTime)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /**
     * Reads the files again if they have changed. If they cannot be used, those read before stay in force. Connections that
     * stand are not touched.
     *
     * @return what became of it, empty if they have not changed
     */
    public Optional<Reload> reloadIfChanged() {
        return loaded.fingerprint.equals(fingerprint()) ? Optional.empty() : Optional.of(reload());
    }

    /** As {@link #reloadIfChanged}, but reads them even if they have not changed. */
    public Reload reload() {
        Loaded before = loaded;
        String fingerprint = fingerprint();
        try {
            loaded = load();
            return new Reload(true, settings.keys().shown());
        } catch (TlsException e) {
            loaded = new Loaded(before.context, fingerprint, before.expiresAtMillis);
            return new Reload(false, String.valueOf(e.getMessage()));
        }
    }

    /** Counts a handshake that begins, and {@linkplain #ended ends}. If it is one too many, the oldest is cut off. */
    void begun(Channel channel) {
        Channel oldest = null;
        synchronized (inHandshake) {
            inHandshake.add(channel);
            if (inHandshake.size() > settings.handshakesMax()) {
                oldest = inHandshake.iterator().next();
                inHandshake.remove(oldest);
            }
        }
        if (oldest != null) {
            turnedAway.increment();
            oldest.close();
        }
    }

    void ended(Channel channel, boolean success) {
        synchronized (inHandshake) {
            inHandshake.remove(channel);
        }
        if (!success) {
            failed.increment();
        }
    }

    public TlsSettings settings() {
        return settings;
    }

    /** Returns what runs the computations of handshakes. */
    Executor handshakes() {
        return handshakes;
    }

    /** @param computations runs those of this connection's handshake */
    SslHandler handler(ByteBufAllocator allocator, InetSocketAddress remote, Executor computations) {
        String host = remote.getAddress().getHostAddress();
        SslHandler handler = loaded.context.newHandler(allocator, host, remote.getPort(), computations);
        handler.setHandshakeTimeout(HANDSHAKE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        if (settings.clientAddressVerified()) {
            SSLEngine engine = handler.engine();
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        handler.handshakeFuture().addListener(done -> refuseAnother(handler.engine()));
        return handler;
    }

    /**
     * Another handshake on a connection would cost as much as the first, and no limit would count it. TLS 1.3 has none, and
     * once nothing else is left to agree on, a client of an older version that asks for one is cut off.
     */
    private static void refuseAnother(SSLEngine engine) {
        engine.setEnabledProtocols(new String[] {"TLSv1.3"});
    }

    /** Returns when the first of the server's certificates ends, in milliseconds since 1970. */
    public long expiresAtMillis() {
        return loaded.expiresAtMillis;
    }

    /** Returns the files the server's key lies in. */
    public String files() {
        return settings.keys().shown();
    }

    /** Returns how many handshakes go on. */
    public int handshakesOutstanding() {
        synchronized (inHandshake) {
            return inHandshake.size();
        }
    }

    /** Returns how many handshakes have failed. */
    public long handshakesFailed() {
        return failed.sum();
    }

    /** Returns how many connections were cut off in their handshake because too many went on. */
    public long handshakesTurnedAway() {
        return turnedAway.sum();
    }
}
