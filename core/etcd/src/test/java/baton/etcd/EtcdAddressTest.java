package baton.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import baton.core.NodePath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EtcdAddressTest {
    @Test
    void membersAndNamespaceAreRead() {
        EtcdAddress address = EtcdAddress.parse("etcd://e1:2379,e2,[::1]:4001/shop/eu");

        assertThat(address.members())
                .containsExactly(
                        new EtcdAddress.Member("e1", 2379),
                        new EtcdAddress.Member("e2", 2379),
                        new EtcdAddress.Member("::1", 4001));
        assertThat(address.namespace()).isEqualTo(NodePath.of("/shop/eu"));
        assertThat(address).hasToString("etcd://e1:2379,e2:2379,[::1]:4001/shop/eu");
    }

    @Test
    void withoutANamespaceItIsTheRoot() {
        assertThat(EtcdAddress.parse("etcd://e1").namespace()).isEqualTo(NodePath.ROOT);
        assertThat(EtcdAddress.parse("etcd://e1/").namespace()).isEqualTo(NodePath.ROOT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "e1:2379|must begin with etcd://",
                "etcd://|\"\" is no host",
                "etcd://e1,,e2|\"\" is no host",
                "etcd://e1:0|port \"0\" must be a number from 1 to 65535",
                "etcd://e1:x|port \"x\" must be a number",
                "etcd://e1/a//b|empty segment",
                "etcd://e 1|is no host"
            })
    void whatIsWrongIsSaid(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EtcdAddress.parse(text))
                .withMessageContaining(why);
    }

    @Test
    void aPasswordInAnAddressIsRefusedAndNotRepeated() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EtcdAddress.parse("etcd://shop:hush@e1:2379"))
                .withMessageContaining("takes no user and password")
                .withMessageNotContaining("hush");
    }
}
