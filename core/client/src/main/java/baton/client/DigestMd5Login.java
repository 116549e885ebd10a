package baton.client;

import baton.client.session.SaslLogin;
import baton.protocol.Bytes;
import baton.protocol.tls.Secret;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.sasl.RealmCallback;
import javax.security.sasl.RealmChoiceCallback;
import javax.security.sasl.Sasl;
import javax.security.sasl.SaslClient;
import javax.security.sasl.SaslException;

/** Logs in by name and password, with the mechanism that ZooKeeper's servers offer: neither is sent in the clear. */
final class DigestMd5Login implements SaslLogin {
    private static final String[] MECHANISM = {"DIGEST-MD5"};
    /** What servers of this protocol call themselves, wherever they run. */
    private static final String SERVICE = "zookeeper";

    private static final String SERVER = "zk-sasl-md5";

    private final SaslClient client;

    private DigestMd5Login(SaslClient client) {
        this.client = client;
    }

    /** Returns what begins a conversation for each connection. */
    static Factory of(String user, Secret password) {
        // Before the first connection: there nobody would hear of it.
        begin(user, password);
        return () -> begin(user, password);
    }

    private static DigestMd5Login begin(String user, Secret password) {
        SaslClient client;
        try {
            client = Sasl.createSaslClient(
                    MECHANISM, user, SERVICE, SERVER, Map.of(), asked -> answer(asked, user, password));
        } catch (SaslException unavailable) {
            throw new IllegalStateException("this Java cannot do " + MECHANISM[0], unavailable);
        }
        if (client == null) {
            throw new IllegalStateException("this Java does not do " + MECHANISM[0]
                    + ": see jdk.sasl.disabledMechanisms in its conf/security/java.security");
        }
        return new DigestMd5Login(client);
    }

    private static void answer(Callback[] asked, String user, Secret password) throws UnsupportedCallbackException {
        for (Callback each : asked) {
            if (each instanceof NameCallback name) {
                name.setName(user);
            } else if (each instanceof PasswordCallback secret) {
                try (Secret.Copy copy = password.copy()) {
                    secret.setPassword(copy.text());
                }
            } else if (each instanceof RealmCallback realm) {
                realm.setText(realm.getDefaultText());
            } else if (each instanceof RealmChoiceCallback realm) {
                realm.setSelectedIndex(realm.getDefaultChoice());
            } else {
                throw new UnsupportedCallbackException(each);
            }
        }
    }

    @Override
    public Bytes first() {
        return Bytes.EMPTY;
    }

    @Override
    public Bytes answer(Bytes challenge) {
        try {
            byte[] answer = client.evaluateChallenge(challenge.toArray());
            return answer == null ? Bytes.EMPTY : Bytes.wrap(answer);
        } catch (SaslException refused) {
            throw new RefusedException(String.valueOf(refused.getMessage()), refused);
        }
    }

    @Override
    public boolean isComplete() {
        return client.isComplete();
    }
}
