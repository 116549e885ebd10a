package baton.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import baton.core.CoordinationCore;
import baton.core.CoreAccess;
import baton.core.TlsFiles;
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
    void whatCannotBeHonouredIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CoordinationCore.connect("z1:2181", CoreAccess.OPEN.over(TlsFiles.systemTrust())))
                .withMessageContaining("does not encrypt");
    }
}
