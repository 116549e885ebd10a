package baton.client;

import baton.client.TlsOptions.NameCheck;
import baton.client.session.ServerAddress;
import baton.core.TlsContext;
import baton.core.TlsContexts;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.TlsException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;

/** The client's side of TLS: makes what encrypts each connection. Versions 1.3 and 1.2. Thread-safe. */
final class TlsClient {
    private static final long HANDSHAKE_MILLIS_MAX = 5_000;
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private final Supplier<SslContext> next;
    private final NameCheck names;

    private TlsClient(Supplier<SslContext> next, NameCheck names) {
        this.next = next;
        this.names = names;
    }

    /**
     * Reads what the options name.
     *
     * @throws TlsException naming the file and what is wrong with it
     */
    static TlsClient of(TlsOptions options) throws TlsException {
        StoreFile trust = options.trust();
        StoreFile keys = options.keys();
        SslContextBuilder builder =
                SslContextBuilder.forClient().sslProvider(SslProvider.JDK).protocols(PROTOCOLS);
        if (trust != null) {
            builder.trustManager(trust.trust());
        }
        if (keys != null) {
            builder.keyManager(keys.keys());
        }
        try {
            SslContext context = builder.build();
            return new TlsClient(() -> context, options.names());
        } catch (IOException e) {
            throw new TlsException("cannot set up TLS: " + e.getMessage(), e);
        }
    }

    /** Asks the application before each connection. */
    static TlsClient of(TlsContexts contexts) {
        return new TlsClient(() -> wrapped(contexts.current()), NameCheck.REQUIRED);
    }

    private static SslContext wrapped(TlsContext context) {
        return new JdkSslContext(
                context.keys(),
                true,
                context.ciphers().isEmpty() ? null : context.ciphers(),
                SupportedCipherSuiteFilter.INSTANCE,
                ApplicationProtocolConfig.DISABLED,
                ClientAuth.NONE,
                context.protocols().toArray(String[]::new),
                false);
    }

    SslHandler handler(ByteBufAllocator allocator, ServerAddress server) {
        SslHandler handler = next.get().newHandler(allocator, server.host(), server.port());
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(names == NameCheck.REQUIRED ? "HTTPS" : "");
        handler.engine().setSSLParameters(parameters);
        handler.setHandshakeTimeout(HANDSHAKE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        return handler;
    }
}
