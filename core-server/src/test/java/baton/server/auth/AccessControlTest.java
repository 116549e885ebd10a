package baton.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.ClientIdentity;
import baton.protocol.Permission;
import baton.protocol.tls.Secret;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessControlTest {
    private static final String U_P = "u:Jq7wMyA/w2Vd5WIDAKdu4OIIFEQ=";

    private final AccessControl access = AccessControl.standard();
    private final Identity user = new Identity("digest", U_P);
    private final Identity address = new Identity("ip", "10.0.0.7");

    private static List<Acl> acl(int permissions, String scheme, String id) {
        return List.of(new Acl(permissions, scheme, id));
    }

    @Test
    void aDigestIsUserAndHashOfBoth() {
        assertThat(access.authenticate("digest", Bytes.utf8("u:p"))).contains(List.of(user));
        assertThat(DigestScheme.idOf("nocolon")).startsWith("nocolon:");
    }

    @Test
    void unknownSchemesAndMissingProofsAreTurnedAway() {
        assertThat(access.authenticate("digest", null)).isEmpty();
        for (String scheme : List.of("world", "sasl", "super", "", "auth")) {
            assertThat(access.authenticate(scheme, Bytes.utf8("u:p")))
                    .describedAs(scheme)
                    .isEmpty();
        }
        assertThat(access.authenticate("ip", Bytes.EMPTY)).contains(List.of());
    }

    @Test
    void anyOfTheWantedPermissionsIsEnough() {
        List<Acl> list = acl(Permission.READ | Permission.WRITE, "world", "anyone");

        assertThat(access.allows(list, Permission.READ | Permission.ADMIN, List.of()))
                .isTrue();
        assertThat(access.allows(list, Permission.ADMIN, List.of())).isFalse();
        assertThat(access.allows(acl(0, "world", "anyone"), Permission.ALL, List.of(user)))
                .isFalse();
    }

    @Test
    void aDigestMustBeEqual() {
        assertThat(access.allows(acl(31, "digest", U_P), 1, List.of(address, user)))
                .isTrue();
        assertThat(access.allows(acl(31, "digest", "u:other"), 1, List.of(address, user)))
                .isFalse();
        assertThat(access.allows(acl(31, "strange", U_P), 1, List.of(new Identity("strange", U_P))))
                .isFalse();
    }

    @Test
    void theSuperUserPassesEveryCheck() {
        AccessControl withSuper = AccessControl.of(List.of(new DigestScheme(DigestScheme.SHA1, Secret.of(U_P))));

        List<Identity> identities =
                withSuper.authenticate("digest", Bytes.utf8("u:p")).orElseThrow();

        assertThat(identities).containsExactly(new Identity("super", ""), user);
        assertThat(withSuper.allows(acl(0, "world", "anyone"), Permission.ADMIN, identities))
                .isTrue();
    }

    @Test
    void duplicatesGoAndAuthBecomesTheCaller() {
        List<Acl> sent =
                List.of(new Acl(1, "world", "anyone"), new Acl(31, "auth", "x"), new Acl(1, "world", "anyone"));

        assertThat(access.storable(sent, List.of(address, user)))
                .contains(List.of(new Acl(1, "world", "anyone"), new Acl(31, "digest", U_P)));
        assertThat(access.storable(sent, List.of(address))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "world,anyone,true",
        "world,someone,false",
        "digest,a:b,true",
        "digest,:b,true",
        "digest,a,false",
        "digest,a:,false",
        "digest,a:b:c,false",
        "digest,'',false",
        "ip,10.0.0.1,true",
        "ip,10.0.0.0/8,true",
        "ip,10.0.0.0/33,false",
        "ip,10.0.0,false",
        "ip,10.0.0.256,false",
        "ip,::1,true",
        "ip,2001:db8::/32,true",
        "ip,2001:db8::/129,false",
        "ip,1::2::3,false",
        "ip,localhost,false",
        "super,'',false",
        "'',x,false"
    })
    void onlyEntriesASchemeUnderstandsAreStored(String scheme, String id, boolean storable) {
        assertThat(access.storable(acl(31, scheme, id), List.of(user)).isPresent())
                .isEqualTo(storable);
    }

    @Test
    void anEmptyListIsNotStored() {
        assertThat(access.storable(List.of(), List.of(user))).isEmpty();
    }

    @Test
    void oddPermissionsAreKept() {
        assertThat(access.storable(acl(64, "world", "anyone"), List.of())).contains(acl(64, "world", "anyone"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.7", "10.0.0.0/24", "10.0.0.6/31", "0.0.0.0/0"})
    void anAddressMatchesItselfAndItsNetworks(String listed) {
        assertThat(access.allows(acl(1, "ip", listed), 1, List.of(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.8", "10.0.1.0/24", "10.0.0.8/31", "::/0", "::ffff:10.0.0.7"})
    void anAddressDoesNotMatchOthers(String listed) {
        assertThat(access.allows(acl(1, "ip", listed), 1, List.of(address))).isFalse();
    }

    @Test
    void longAddressesMatchInEveryNotation() {
        Identity host = new Identity("ip", "2001:db8:0:0:0:0:0:1%eth0");

        assertThat(access.allows(acl(1, "ip", "2001:DB8::1"), 1, List.of(host))).isTrue();
        assertThat(access.allows(acl(1, "ip", "2001:db8::/64"), 1, List.of(host)))
                .isTrue();
        assertThat(access.allows(acl(1, "ip", "2001:db8:1::/48"), 1, List.of(host)))
                .isFalse();
        assertThat(access.allows(acl(1, "ip", "::1.2.3.4"), 1, List.of(new Identity("ip", "::102:304"))))
                .isTrue();
    }

    @Test
    void hashesAreShownToAdministratorsOnly() {
        List<Acl> list = List.of(new Acl(Permission.ADMIN, "digest", U_P), new Acl(1, "world", "anyone"));

        assertThat(access.shown(list, List.of(user))).isEqualTo(list);
        assertThat(access.shown(list, List.of(address)))
                .containsExactly(new Acl(Permission.ADMIN, "digest", "u:x"), new Acl(1, "world", "anyone"));
    }

    @Test
    void hashesStayHiddenWhereTheirSchemeIsSwitchedOff() {
        AccessControl withoutDigest = AccessControl.of(List.of(new IpScheme()));
        List<Acl> list = List.of(new Acl(Permission.READ, "digest", U_P), new Acl(1, "strange", "x:y"));

        assertThat(withoutDigest.shown(list, List.of(address)))
                .containsExactly(new Acl(Permission.READ, "digest", "u:x"), new Acl(1, "strange", "x:y"));
    }

    @Test
    void identitiesAreShownWithoutTheirSecrets() {
        assertThat(access.shown(List.of(address, user, new Identity("super", ""))))
                .containsExactly(
                        new ClientIdentity("ip", "10.0.0.7"),
                        new ClientIdentity("digest", "u"),
                        new ClientIdentity("super", ""));
    }

    @Test
    void unenforcedAccessAllowsEverything() {
        AccessControl open = AccessControl.unenforced(List.of(new DigestScheme(DigestScheme.SHA1, null)));

        assertThat(open.allows(acl(0, "world", "anyone"), Permission.ADMIN, List.of()))
                .isTrue();
    }
}
