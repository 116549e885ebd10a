package baton.core;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The cores on the class path, by the scheme of their addresses. */
final class InstalledCores {
    private static final String SCHEME_DEFAULT = "zk";
    private static final String SCHEME_END = "://";

    /** Where the known ones are, for who has forgotten one. */
    private static final Map<String, String> ARTIFACTS =
            Map.of(SCHEME_DEFAULT, "baton:baton-client", "etcd", "baton:baton-etcd");

    private InstalledCores() {}

    static CoordinationCore connect(String address, CoreAccess access) {
        List<CoreProvider> providers = ServiceLoader.load(CoreProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        return connect(address, access, providers);
    }

    static CoordinationCore connect(String address, CoreAccess access, List<CoreProvider> providers) {
        int end = address.indexOf(SCHEME_END);
        String scheme = end < 0 ? SCHEME_DEFAULT : address.substring(0, end);
        String whole = end < 0 ? SCHEME_DEFAULT + SCHEME_END + address : address;
        return providers.stream()
                .filter(each -> each.scheme().equals(scheme))
                .findFirst()
                .orElseThrow(() -> missing(address, scheme, providers))
                .connect(whole, access);
    }

    private static IllegalArgumentException missing(String address, String scheme, List<CoreProvider> providers) {
        String artifact = ARTIFACTS.get(scheme);
        String wayOut = artifact != null
                ? "add the dependency " + artifact
                : "those on the class path take "
                        + providers.stream().map(CoreProvider::scheme).sorted().toList();
        return new IllegalArgumentException(
                "address \"" + address + "\": no core on the class path takes " + scheme + SCHEME_END + "; " + wayOut);
    }
}
