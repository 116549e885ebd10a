package baton.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class InstalledCoresTest {
    private final List<String> asked = new ArrayList<>();

    @Test
    void theSchemeChoosesTheCore() {
        List<CoreProvider> providers = List.of(provider("zk"), provider("etcd"));

        InstalledCores.connect("etcd://e1:2379/shop", CoreAccess.OPEN, providers);
        InstalledCores.connect("zk://z1:2181/shop", CoreAccess.OPEN, providers);

        assertThat(asked).containsExactly("etcd takes etcd://e1:2379/shop", "zk takes zk://z1:2181/shop");
    }

    @Test
    void anAddressWithoutSchemeIsThatOfZnodes() {
        InstalledCores.connect("z1:2181,z2:2181", CoreAccess.OPEN, List.of(provider("etcd"), provider("zk")));

        assertThat(asked).containsExactly("zk takes zk://z1:2181,z2:2181");
    }

    @Test
    void aMissingModuleIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CoordinationCore.connect("etcd://e1:2379"))
                .withMessage("address \"etcd://e1:2379\": no core on the class path takes etcd://; add the dependency"
                        + " baton:baton-etcd");
    }

    @Test
    void anUnknownSchemeIsToldWhatThereIs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InstalledCores.connect(
                        "consul://c1", CoreAccess.OPEN, List.of(provider("zk"), provider("etcd"))))
                .withMessageContaining("takes consul://; those on the class path take [etcd, zk]");
    }

    @Test
    void aLoginShowsNoPassword() {
        assertThat(CoreAccess.OPEN.as(new Login("shop", "hush")))
                .hasToString("CoreAccess[login=Optional[Login[shop]], tls=Optional.empty]");
    }

    private CoreProvider provider(String scheme) {
        return new CoreProvider() {
            @Override
            public String scheme() {
                return scheme;
            }

            @Override
            public CoordinationCore connect(String address, CoreAccess access) {
                asked.add(scheme + " takes " + address);
                return new NoCore();
            }
        };
    }

    private static final class NoCore implements CoordinationCore {
        @Override
        public CoreInfo info() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of();
        }

        @Override
        public CompletionStage<CoreSession> openSession(SessionOptions options, SessionObserver observer) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
