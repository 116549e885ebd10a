package baton.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Bytes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The ids that stand in access lists, in the words of addresses and of passwords. */
class IdTextTest {
    private final DigestScheme digests = new DigestScheme(DigestScheme.SHA1, null);
    private final IpScheme addresses = new IpScheme();

    @Property
    void anAddressAsTheJdkWritesItIsThatAddress(
            @ForAll @Size(16) byte[] bytes, @ForAll boolean four, @ForAll @IntRange(min = 0, max = 128) int bits)
            throws UnknownHostException {
        byte[] address = four ? Arrays.copyOf(bytes, 4) : bytes;
        int counted = Math.min(bits, 8 * address.length);
        String text = InetAddress.getByAddress("", address).getHostAddress();

        assertThat(IpNetwork.parse(text)).isPresent();
        assertThat(IpNetwork.parse(text + "/" + counted).orElseThrow().bits()).isEqualTo(counted);
        assertThat(addresses.matches(text, text + "/" + counted)).isTrue();
        assertThat(IpNetwork.parse(text).orElseThrow().address().size())
                .isEqualTo(InetAddress.getByAddress(address).getAddress().length);
    }

    @Property
    void ofAnotherAddressOnlyTheBitsThatCountAreLookedAt(
            @ForAll @Size(4) byte[] bytes,
            @ForAll @IntRange(min = 0, max = 32) int bits,
            @ForAll @IntRange(min = 0, max = 31) int flipped)
            throws UnknownHostException {
        byte[] other = bytes.clone();
        other[flipped / 8] ^= (byte) (0x80 >> flipped % 8);

        assertThat(addresses.matches(dotted(other), dotted(bytes) + "/" + bits)).isEqualTo(flipped >= bits);
    }

    private static String dotted(byte[] address) throws UnknownHostException {
        return InetAddress.getByAddress("", address).getHostAddress();
    }

    @Property
    void whateverIsWrittenIsANetworkOrNone(@ForAll("nearlyAddresses") String text) {
        boolean accepted = addresses.accepts(text);

        assertThat(IpNetwork.parse(text).isPresent()).isEqualTo(accepted);
        IpNetwork.parse(text)
                .ifPresent(network -> assertThat(network.bits())
                        .isBetween(0, 8 * network.address().size()));
        assertThat(addresses.matches(text, text)).isEqualTo(accepted);
    }

    @Provide
    Arbitrary<String> nearlyAddresses() {
        return Arbitraries.strings().withChars("0125af.:/%").ofMaxLength(24);
    }

    @Property
    void aProofGivesAnIdThatAListMayHoldAndThatItAloneMatches(
            @ForAll("names") String user, @ForAll("names") String password, @ForAll("names") String other) {
        String id = digests.authenticate(Bytes.utf8(user + ":" + password))
                .orElseThrow()
                .get(0)
                .id();
        String wrong = digests.authenticate(Bytes.utf8(user + ":" + other))
                .orElseThrow()
                .get(0)
                .id();

        assertThat(digests.accepts(id)).isTrue();
        assertThat(digests.userOf(id)).isEqualTo(user);
        assertThat(digests.masked(id)).isEqualTo(user + ":x");
        assertThat(digests.matches(id, id)).isTrue();
        assertThat(digests.matches(wrong, id)).isEqualTo(password.equals(other));
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.strings().withChars("abc=/é ").ofMaxLength(6);
    }

    @Property
    void whateverIsProvedIsAnIdentityAndWhateverIsListedIsJudged(@ForAll byte[] proof, @ForAll String listed) {
        assertThat(digests.authenticate(Bytes.wrap(proof))).isPresent();
        assertThat(digests.accepts(listed)).isEqualTo(listed.split(":").length == 2);
        assertThat(digests.masked(listed)).startsWith(digests.userOf(listed));
    }
}
