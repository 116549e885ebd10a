package baton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import baton.core.CoordinationCore;
import baton.core.CoreAccess;
import baton.core.Login;
import baton.core.TlsFiles;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ZnodeCoreProviderTest {
    @Test
    void anAddressOfZnodesIsTakenWithAndWithoutScheme() {
        try (CoordinationCore with = CoordinationCore.connect("zk://z1:2181,z2:2182/app");
                CoordinationCore without = CoordinationCore.connect("z1:2181")) {
            assertThat(with).isInstanceOf(ZnodeCore.class);
            assertThat(with.info().servers()).containsExactlyInAnyOrder("z1:2181", "z2:2182");
            assertThat(without).isInstanceOf(ZnodeCore.class);
        }
    }

    @Test
    void aFileThatCannotBeUsedIsNamed() {
        CoreAccess encrypted = CoreAccess.OPEN.over(TlsFiles.trusting(Path.of("no-such-file.pem")));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> CoordinationCore.connect("z1:2281", encrypted))
                .withMessageContaining("no-such-file.pem");
    }

    @Test
    void aLoginAndTheJdksAuthoritiesAreTaken() {
        CoreAccess access = CoreAccess.OPEN.as(new Login("shop", "hush")).over(TlsFiles.systemTrust());

        try (CoordinationCore core = CoordinationCore.connect("z1:2281", access)) {
            assertThat(core).isInstanceOf(ZnodeCore.class);
        }
    }
}
