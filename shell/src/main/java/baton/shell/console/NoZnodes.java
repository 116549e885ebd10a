package baton.shell.console;

import baton.client.TlsOptions;
import baton.core.Encryption;
import baton.core.Login;
import baton.core.TlsContext;
import baton.core.TlsContexts;
import baton.etcd.EtcdAddress;
import baton.etcd.EtcdCore;
import baton.protocol.Request;
import baton.protocol.Response;
import baton.protocol.tls.Secret;
import baton.protocol.tls.StoreFile;
import baton.protocol.tls.TlsException;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** An etcd: it has no znodes, so commands about them are refused; those about recipes work as anywhere. */
final class NoZnodes implements Znodes {
    private NoZnodes() {}

    static boolean isMeant(String servers) {
        return servers.startsWith(EtcdAddress.SCHEME + "://");
    }

    /** @throws WrongUsageException if the address is not written as it should be, or etcd cannot be told all of it */
    static Znodes open(Target target) {
        core(target);
        return new NoZnodes();
    }

    private static EtcdCore.Builder core(Target target) {
        target.packets().stream().findFirst().ifPresent(identity -> {
            throw new WrongUsageException("etcd knows no identity of scheme " + identity.scheme() + ": with scheme "
                    + Target.SASL + " its user:password logs in");
        });
        try {
            EtcdCore.Builder core = EtcdCore.builder(target.servers());
            target.login().ifPresent(who -> core.login(new Login(who.user(), text(who.password()))));
            TlsOptions tls = target.tls();
            return tls == null ? core : core.tls(encryption(tls));
        } catch (IllegalArgumentException | TlsException malformed) {
            throw new WrongUsageException(String.valueOf(malformed.getMessage()));
        }
    }

    private static String text(Secret password) {
        try (Secret.Copy copy = password.copy()) {
            return new String(copy.text());
        }
    }

    private static Encryption encryption(TlsOptions tls) throws TlsException {
        if (tls.names() == TlsOptions.NameCheck.OFF) {
            throw new WrongUsageException(
                    "certificates of etcd must name their hosts: check-names = false is not possible there");
        }
        StoreFile keys = tls.keys();
        StoreFile trust = tls.trust();
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keys == null ? null : keys.keys().getKeyManagers(),
                    trust == null ? null : trust.trust().getTrustManagers(),
                    null);
            TlsContext usual = TlsContext.of(context);
            return (TlsContexts) () -> usual;
        } catch (GeneralSecurityException impossible) {
            throw new TlsException("cannot set up TLS: " + impossible.getMessage(), impossible);
        }
    }

    /** What is said to a command that is about znodes. */
    static CommandRefusedException refusal(String path) {
        return new CommandRefusedException(
                "NoZnodes",
                path,
                "there are no znodes in etcd: watch and what is about recipes works here (locks, leaders, services,"
                        + " members, queues, workers, tasks, barriers)");
    }

    @Override
    public Response ask(Scope scope, String path, Request request) {
        throw refusal(path);
    }

    @Override
    public void awaitBriefly() {
        // Its store connects when it is used.
    }

    @Override
    public Optional<Response> glimpse(Request request) {
        return Optional.empty();
    }

    @Override
    public String chroot() {
        return "";
    }

    @Override
    public Store openStore(Target target) {
        return new Store(core(target).build(), target);
    }

    @Override
    public Optional<String> session() {
        return Optional.empty();
    }

    @Override
    public boolean hasExpired() {
        return false;
    }

    @Override
    public String state() {
        return "CONNECTED";
    }

    @Override
    public void close() {
        // The store is closed by who opened it.
    }
}
