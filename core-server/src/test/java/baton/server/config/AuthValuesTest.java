package baton.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import baton.protocol.tls.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Users of SASL, and providers by the names that Apache ZooKeeper gives them. */
class AuthValuesTest {
    private static final String PROVIDERS = "org.apache.zookeeper.server.auth.";

    @TempDir
    Path directory;

    @Test
    void usersStandInALoginFile() throws Exception {
        Path file = logins(
                "Server {",
                "  org.apache.zookeeper.server.auth.DigestLoginModule required",
                "    user_alice=\"secret\"",
                "    user_bob=\"another; secret\";",
                "};");

        SaslSettings sasl = sasl("java.security.auth.login.config=" + file, "fips-mode=false");

        assertThat(sasl).isEqualTo(SaslSettings.of(Map.of("alice", "secret", "bob", "another; secret")));
        assertThat(sasl.toString()).contains("alice").doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=%s", "file:%s", "=file://%s"})
    void aLoginFileIsNamedAsForTheJdk(String form) throws Exception {
        Path file = logins("Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_a=\"b\"; };");

        SaslSettings sasl = sasl("java.security.auth.login.config=" + form.formatted(file), "fips-mode=false");

        assertThat(sasl).isEqualTo(SaslSettings.of(Map.of("a", "b")));
    }

    @Test
    void anotherSectionMayBeNamedAndSomeUsersStandAboveAllLists() throws Exception {
        Path file = logins(
                "Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_old=\"x\"; };",
                "Baton { org.apache.zookeeper.server.auth.DigestLoginModule required user_alice=\"secret\"; };");

        SaslSettings sasl = sasl(
                "java.security.auth.login.config=" + file,
                "zookeeper.fips-mode=false",
                "sasl.serverconfig=Baton",
                "zookeeper.SASLAuthenticationProvider.superPassword=boss",
                "superUser=root",
                "superUser.2=alice",
                "letAnySaslUserDoX=everyone",
                "allowSaslFailedClients=true");

        assertThat(sasl)
                .isEqualTo(new SaslSettings(
                        true,
                        Map.of("alice", Secret.of("secret"), "super", Secret.of("boss")),
                        Set.of("root", "alice"),
                        "everyone",
                        true));
    }

    @Test
    void theSchemeMayBeKnownThoughNobodyCanLogIn() throws Exception {
        SaslSettings sasl = sasl("authProvider.1=" + PROVIDERS + "SASLAuthenticationProvider");

        assertThat(sasl.schemeKnown()).isTrue();
        assertThat(sasl.isOffered()).isFalse();
    }

    @Test
    void aLoginFileThatIsNoneIsRefused() throws Exception {
        Path nonsense = logins("Server { what");
        Path kerberos = logins("Server { com.sun.security.auth.module.Krb5LoginModule required; };");
        Path empty = logins("Server { org.apache.zookeeper.server.auth.DigestLoginModule required; };");

        assertThat(problem(nonsense)).contains("is not a login configuration");
        assertThat(problem(kerberos))
                .contains("must have a section Server with the module")
                .contains("the only one")
                .contains("instead of Kerberos");
        assertThat(problem(empty)).contains("names no user");
        assertThat(problem(directory.resolve("absent"))).contains("cannot be read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Client { org.apache.zookeeper.server.auth.DigestLoginModule required username=\"a\" password=\"b\"; };"
            })
    void aLoginFileForOthersLetsNobodyLogIn(String content) throws Exception {
        Path file = logins(content);

        ConfigFile read = ConfigFile.parse("zoo.cfg", withRest("java.security.auth.login.config=" + file));

        assertThat(read.settings().features().auth().sasl().isOffered()).isFalse();
        assertThat(read.warnings())
                .contains("zoo.cfg line 3: java.security.auth.login.config=" + file
                        + " has no section Server: nobody can log in by DIGEST-MD5");
    }

    @Test
    void aSectionThatIsNamedMustBeThere() throws Exception {
        Path file = logins("Server { org.apache.zookeeper.server.auth.DigestLoginModule required user_a=\"b\"; };");

        assertThat(problems("java.security.auth.login.config=" + file, "sasl.serverconfig=Baton"))
                .singleElement()
                .asString()
                .contains("must have a section Baton with the module");
    }

    private String problem(Path file) {
        List<String> problems = problems("java.security.auth.login.config=" + file, "fips-mode=false");
        assertThat(problems).isNotEmpty();
        assertThat(problems.get(0)).startsWith("zoo.cfg line 3: java.security.auth.login.config=" + file + ": ");
        return problems.get(0);
    }

    @Test
    void aProviderWeLackIsRefusedWithThoseWeHave() {
        assertThat(problems("authProvider.1=com.example.Own"))
                .containsExactly("zoo.cfg line 3: authProvider.1=com.example.Own: is not one of the schemes this server"
                        + " has: org.apache.zookeeper.server.auth. followed by one of DigestAuthenticationProvider,"
                        + " EnsembleAuthenticationProvider, IPAuthenticationProvider, SASLAuthenticationProvider,"
                        + " X509AuthenticationProvider");
    }

    @Test
    void anEnsembleMayHaveNamesOrTakeAny() throws Exception {
        String provider = "authProvider.1=" + PROVIDERS + "EnsembleAuthenticationProvider";

        assertThat(auth("ensembleAuthName=blue, sky").ensembleNames()).containsExactlyInAnyOrder("blue", "sky");
        assertThat(auth(provider, "ensembleAuthName=blue").ensembleNames()).containsExactly("blue");
        assertThat(auth(provider).ensembleNames()).isEmpty();
        assertThat(auth().ensembleNames()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", " , "})
    void anEnsembleWithoutANameLetsNobodyInUnasked(String value) {
        String provider = "authProvider.1=" + PROVIDERS + "EnsembleAuthenticationProvider";

        assertThat(problems(provider, "ensembleAuthName=" + value))
                .containsExactly("zoo.cfg line 4: ensembleAuthName=" + value.strip()
                        + ": names no ensemble: write its names, separated by commas, or remove the line");
    }

    @Test
    void aServerThatWouldShutEverybodyOutDoesNotStart() {
        assertThat(problems("sessionRequireClientSASLAuth=true"))
                .containsExactly(
                        "zoo.cfg line 3: sessionRequireClientSASLAuth=true: shuts everybody out, for nobody can"
                                + " log in: name the users by java.security.auth.login.config");
        String nobodyCan =
                ": shuts everybody out, for nobody can log in: name the users by" + " java.security.auth.login.config";
        assertThat(problems("enforce.auth.enabled=true", "enforce.auth.schemes=sasl"))
                .containsExactly("zoo.cfg line 4: enforce.auth.schemes=sasl" + nobodyCan);
        assertThat(problems(
                        "sessionRequireClientSASLAuth=true",
                        "authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider"))
                .containsExactly("zoo.cfg line 3: sessionRequireClientSASLAuth=true" + nobodyCan);
        assertThat(problems("enforce.auth.enabled=true", "enforce.auth.schemes=digest,magic"))
                .containsExactly("zoo.cfg line 4: enforce.auth.schemes=digest,magic: knows only the schemes digest, ip,"
                        + " x509 and sasl");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x509 | x-a=b | no port takes certificates: add a line secureClientPort=2281",
                "digest | DigestAuthenticationProvider.enabled=false"
                        + " | digest is switched off: remove DigestAuthenticationProvider.enabled=false"
            })
    void norDoesOneWhereNobodyCanShowWhatIsAskedFor(String schemes, String line, String obstacle) {
        assertThat(problems(line, "enforce.auth.enabled=true", "enforce.auth.schemes=" + schemes))
                .containsExactly(
                        "zoo.cfg line 5: enforce.auth.schemes=" + schemes + ": shuts everybody out, for " + obstacle);
    }

    @Test
    void orWhereNobodyIsAskedForACertificate() throws Exception {
        String[] lines = {
            "baton.tls.dir=/tls", "ssl.clientAuth=none", "enforce.auth.enabled=true", "enforce.auth.schemes=x509"
        };

        assertThat(problems(lines))
                .containsExactly("zoo.cfg line 6: enforce.auth.schemes=x509: shuts everybody out, for nobody is asked"
                        + " for a certificate: remove ssl.clientAuth=none");
        lines[1] = "ssl.clientAuth=want";
        assertThat(auth(lines).requiredSchemes()).containsExactly("x509");
    }

    @Test
    void oneSchemeOfSeveralIsEnough() throws Exception {
        assertThat(problems("enforce.auth.enabled=true", "enforce.auth.schemes=x509,sasl"))
                .singleElement()
                .asString()
                .contains("shuts everybody out, for ", "no port takes certificates", "; and ", "nobody can log in");
        assertThat(auth("enforce.auth.enabled=true", "enforce.auth.schemes=x509,digest")
                        .requiredSchemes())
                .containsExactlyInAnyOrder("x509", "digest");
    }

    @Test
    void aLoginFileForOthersIsNotEnoughWhereEverybodyMustLogIn() throws Exception {
        String line = "java.security.auth.login.config=" + logins("");

        assertThat(problems(line, "enforce.auth.enabled=true", "enforce.auth.schemes=sasl"))
                .singleElement()
                .asString()
                .startsWith("zoo.cfg line 5: enforce.auth.schemes=sasl: shuts everybody out");
        assertThat(problems(line, "sessionRequireClientSASLAuth=true"))
                .singleElement()
                .asString()
                .startsWith("zoo.cfg line 4: sessionRequireClientSASLAuth=true: shuts everybody out");
        assertThat(auth(line, "enforce.auth.enabled=true", "enforce.auth.schemes=sasl,digest")
                        .requiredSchemes())
                .containsExactlyInAnyOrder("sasl", "digest");
    }

    private Path logins(String... lines) throws IOException {
        return Files.write(Files.createTempFile(directory, "logins", ".conf"), List.of(lines));
    }

    private static SaslSettings sasl(String... lines) throws ConfigException {
        return auth(lines).sasl();
    }

    private static AuthSettings auth(String... lines) throws ConfigException {
        return ConfigFile.parse("zoo.cfg", withRest(lines))
                .settings()
                .features()
                .auth();
    }

    private static List<String> problems(String... lines) {
        return catchThrowableOfType(ConfigException.class, () -> ConfigFile.parse("zoo.cfg", withRest(lines)))
                .problems();
    }

    private static List<String> withRest(String... lines) {
        List<String> all = new ArrayList<>(List.of("clientPort=2181", "dataDir=/data"));
        all.addAll(List.of(lines));
        return all;
    }
}
