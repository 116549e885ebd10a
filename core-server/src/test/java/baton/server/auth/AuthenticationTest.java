package baton.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.Permission;
import baton.protocol.tls.Secret;
import baton.server.config.AuthSettings;
import baton.server.config.SaslSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest {
    private static final String ALICE = "CN=alice,O=Example";
    private static final List<Acl> FOR_ALICE = List.of(new Acl(Permission.ALL, "x509", ALICE));

    @Nested
    class ACertificate {
        private final Authentication certified = new Authentication(AuthSettings.DEFAULT.withX509SuperUser("CN=boss"));

        @Test
        void saysWhoAClientIs() {
            List<Identity> alice = certified.ofCertificate(ALICE);

            assertThat(certified.access().allows(FOR_ALICE, Permission.READ, alice))
                    .isTrue();
            assertThat(certified.access().allows(FOR_ALICE, Permission.READ, certified.ofCertificate("CN=eve")))
                    .isFalse();
            assertThat(certified.access().shown(alice)).containsExactly(new ClientIdentity("x509", ALICE));
        }

        @Test
        void ofTheOneAboveAllListsPassesThem() {
            assertThat(certified
                            .access()
                            .allows(List.of(new Acl(0, "world", "anyone")), 1, certified.ofCertificate("CN=boss")))
                    .isTrue();
        }

        @Test
        void isWhatAuthMeansInAList() {
            assertThat(certified.access().storable(Acl.CREATOR_ALL, certified.ofCertificate(ALICE)))
                    .contains(FOR_ALICE);
        }

        @Test
        void isNotClaimedByAPacket() {
            assertThat(certified.ofProof("x509", Bytes.utf8(ALICE))).isEmpty();
        }

        @Test
        void meansNothingToAServerWithoutTheScheme() {
            Authentication plain = new Authentication(AuthSettings.DEFAULT);

            assertThat(plain.ofCertificate(ALICE)).isEmpty();
            assertThat(plain.access().storable(FOR_ALICE, List.of())).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"CN=a,O=b", "", "O=\"x, y\""})
        void hasANameThatAListMayHold(String name) {
            assertThat(certified.access().storable(List.of(new Acl(1, "x509", name)), List.of()))
                    .isPresent();
        }

        @ParameterizedTest
        @ValueSource(strings = {"alice", "CN", "XX=a", "CN=a,,"})
        void hasNoOtherName(String name) {
            assertThat(certified.access().storable(List.of(new Acl(1, "x509", name)), List.of()))
                    .isEmpty();
        }
    }

    @Nested
    class AUserWhoLoggedIn {
        private final Authentication logins = new Authentication(AuthSettings.DEFAULT.withSasl(
                new SaslSettings(true, Map.of("bob", Secret.of("x")), Set.of("root"), "everyone", false)));

        private boolean mayRead(String user, String listed) {
            return logins.access().allows(List.of(new Acl(1, "sasl", listed)), 1, logins.ofLogin(user));
        }

        @Test
        void isMeantByTheName() {
            assertThat(mayRead("bob", "bob")).isTrue();
            assertThat(mayRead("bob", "alice")).isFalse();
        }

        @Test
        void isMeantByTheNameForEverybody() {
            assertThat(mayRead("bob", "everyone")).isTrue();
            assertThat(logins.access().allows(List.of(new Acl(1, "sasl", "everyone")), 1, List.of()))
                    .isFalse();
        }

        @Test
        void calledSuperIsMeantByEveryName() {
            assertThat(mayRead("super", "alice")).isTrue();
            assertThat(logins.access().allows(List.of(new Acl(1, "digest", "a:b")), 1, logins.ofLogin("super")))
                    .isFalse();
        }

        @Test
        void namedAboveAllListsPassesThem() {
            assertThat(logins.access().allows(List.of(new Acl(1, "digest", "a:b")), 1, logins.ofLogin("root")))
                    .isTrue();
        }
    }

    @Nested
    class WhatIsRequired {
        private final Authentication digestOrLogin =
                new Authentication(AuthSettings.DEFAULT.withRequiredSchemes(Set.of("digest", "sasl")));

        @Test
        void isAnyOfTheSchemes() {
            assertThat(digestOrLogin.suffices(digestOrLogin.ofAddress("127.0.0.1")))
                    .isFalse();
            assertThat(digestOrLogin.suffices(
                            digestOrLogin.ofProof("digest", Bytes.utf8("u:p")).orElseThrow()))
                    .isTrue();
            assertThat(digestOrLogin.suffices(digestOrLogin.ofLogin("bob"))).isTrue();
        }

        @Test
        void isNothingUnlessTheOperatorSaysSo() {
            assertThat(new Authentication(AuthSettings.DEFAULT).suffices(List.of()))
                    .isTrue();
        }
    }
}
