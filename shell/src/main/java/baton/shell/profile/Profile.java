package baton.shell.profile;

import baton.client.TlsOptions;
import baton.protocol.Bytes;
import baton.shell.console.Paint;
import baton.shell.console.ShellSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An ensemble, and how the shell behaves there.
 *
 * @param name of its table
 * @param servers to connect to unless the command line names others
 * @param sessionTimeout to ask for
 * @param tls to speak, if any
 * @param proofs of who the user is
 * @param hue of the prompt
 * @param care what is needed to change something
 */
public record Profile(
        String name,
        Optional<String> servers,
        Optional<Duration> sessionTimeout,
        Optional<TlsOptions> tls,
        List<Proof> proofs,
        Paint.Hue hue,
        ShellSettings.Care care) {
    /** What proves an identity. */
    public record Proof(String scheme, ProofSource source) {}

    public Profile {
        proofs = List.copyOf(proofs);
    }

    /**
     * Returns the settings as they are under this profile; what proves an identity is read now.
     *
     * @throws baton.shell.exit.CommandFailedException if that cannot be read
     */
    public ShellSettings applyTo(ShellSettings settings) throws InterruptedException {
        ShellSettings applied = settings.withCare(care).withBadge(name, hue);
        if (sessionTimeout.isPresent()) {
            applied = applied.withSessionTimeout(sessionTimeout.get());
        }
        if (tls.isPresent()) {
            applied = applied.withTls(tls.get());
        }
        for (Proof proof : proofs) {
            applied = applied.withIdentity(
                    proof.scheme(), Bytes.utf8(proof.source().read()));
        }
        return applied;
    }
}
