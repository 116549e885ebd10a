package baton.etcd.state;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LeaseIdTest {
    @Property
    void anIdIsPositiveAndTellsWhatItIsFor(@ForAll long random) {
        assertThat(LeaseId.ofSession(random).value()).isPositive();
        assertThat(LeaseId.ofNode(random).value()).isPositive();
        assertThat(LeaseId.ofSession(random).isOfNode()).isFalse();
        assertThat(LeaseId.ofNode(random).isOfNode()).isTrue();
    }
}
