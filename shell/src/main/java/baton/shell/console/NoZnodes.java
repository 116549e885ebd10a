package baton.shell.console;

import baton.etcd.EtcdAddress;
import baton.etcd.EtcdCore;
import baton.protocol.Request;
import baton.protocol.Response;
import java.util.Optional;

/** An etcd: it has no znodes, so commands about them are refused; those about recipes work as anywhere. */
final class NoZnodes implements Znodes {
    private NoZnodes() {}

    static boolean isMeant(String servers) {
        return servers.startsWith(EtcdAddress.SCHEME + "://");
    }

    /** @throws WrongUsageException if the address is not written as it should be */
    static Znodes open(Target target) {
        try {
            EtcdAddress.parse(target.servers());
            return new NoZnodes();
        } catch (IllegalArgumentException malformed) {
            throw new WrongUsageException(String.valueOf(malformed.getMessage()));
        }
    }

    @Override
    public Response ask(Scope scope, String path, Request request) {
        throw new CommandRefusedException(
                "NoZnodes",
                path,
                "there are no znodes in etcd: locks, leaders, services, members, queues and watch work here");
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
        return new Store(EtcdCore.connect(target.servers()), target);
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
