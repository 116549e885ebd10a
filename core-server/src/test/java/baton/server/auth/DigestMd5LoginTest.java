package baton.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import baton.protocol.tls.Secret;
import baton.server.auth.DigestMd5Login.Step;
import baton.server.config.SaslSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server's side against the client's side that Java has. */
class DigestMd5LoginTest {
    private static final Map<String, String> PASSWORDS =
            Map.of("alice", "secret", "bob", "with \"quotes\" and \\", "jörg", "pässword", "ольга", "пароль");

    private static final Map<String, Secret> SECRETS =
            SaslSettings.of(PASSWORDS).passwords();

    private final DigestMd5Login login = new DigestMd5Login(SECRETS, "bm9uY2U=");

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"alice,secret", "bob,with \"quotes\" and \\", "jörg,pässword", "ольга,пароль"})
    void whoKnowsThePasswordGetsIn(String user, String password) throws Exception {
        SaslClient client = client(user, user, password);

        Bytes challenge = token(login.take(Bytes.EMPTY));
        Step end = login.take(Bytes.wrap(client.evaluateChallenge(challenge.toArray())));

        assertThat(end.user()).isEqualTo(user);
        // The client believes that the server knows the password too.
        assertThat(client.evaluateChallenge(token(end).toArray())).isNull();
        assertThat(client.isComplete()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"alice,wrong,alice", "nobody,secret,nobody", "alice,secret,bob"})
    void othersDoNot(String user, String password, String onBehalfOf) throws Exception {
        SaslClient client = client(onBehalfOf, user, password);

        Bytes challenge = token(login.take(Bytes.EMPTY));
        Step end = login.take(Bytes.wrap(client.evaluateChallenge(challenge.toArray())));

        assertThat(end.isFailed()).isTrue();
        assertThat(end.user()).isNull();
    }

    @Test
    void aResponseIsGoodOnlyForItsChallenge() throws Exception {
        SaslClient client = client("alice", "alice", "secret");
        Bytes response = Bytes.wrap(
                client.evaluateChallenge(token(login.take(Bytes.EMPTY)).toArray()));
        DigestMd5Login another = new DigestMd5Login(SECRETS, "YW5vdGhlcg==");
        another.take(Bytes.EMPTY);

        assertThat(another.take(response).isFailed()).isTrue();
        assertThat(login.take(response).user()).isEqualTo("alice");
        assertThat(login.take(response).isFailed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"x", "username=", "'=,=,'", "'username=\"alice'", "'username=\"alice\\'", "'nonce=a,nonce=b'"})
    void nonsenseGetsNobodyIn(String response) {
        login.take(Bytes.EMPTY);

        assertThat(login.take(Bytes.utf8(response)).isFailed()).isTrue();
    }

    @Property(tries = 2_000)
    void noBytesDoHarm(@ForAll @Size(max = 60) byte[] response, @ForAll("pieces") List<String> pieces) {
        DigestMd5Login first = new DigestMd5Login(SECRETS, "bm9uY2U=");
        DigestMd5Login second = new DigestMd5Login(SECRETS, "bm9uY2U=");
        first.take(Bytes.EMPTY);
        second.take(Bytes.EMPTY);

        assertThat(first.take(Bytes.wrap(response)).isFailed()).isTrue();
        assertThat(second.take(Bytes.utf8(String.join("", pieces))).isFailed()).isTrue();
    }

    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries.of(
                        "username=",
                        "\"alice\"",
                        ",",
                        "=",
                        "\\",
                        "\"",
                        "nonce=\"bm9uY2U=\"",
                        "cnonce=x",
                        "nc=00000001",
                        "realm=\"zk-sasl-md5\"",
                        "digest-uri=\"zookeeper/zk-sasl-md5\"",
                        "response=",
                        "qop=auth",
                        " ")
                .list()
                .ofMaxSize(30);
    }

    private static Bytes token(Step step) {
        return Objects.requireNonNull(step.token());
    }

    private static SaslClient client(String onBehalfOf, String user, String password) throws SaslException {
        return Sasl.createSaslClient(
                new String[] {"DIGEST-MD5"}, onBehalfOf, "zookeeper", "zk-sasl-md5", Map.of(), callbacks -> {
                    for (Callback each : callbacks) {
                        if (each instanceof NameCallback name) {
                            name.setName(user);
                        } else if (each instanceof PasswordCallback secret) {
                            secret.setPassword(password.toCharArray());
                        } else if (each instanceof RealmCallback realm) {
                            realm.setText(realm.getDefaultText());
                        }
                    }
                });
    }
}
