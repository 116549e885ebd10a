package baton.server.tree;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuotasTest {
    /** What ends Apache ZooKeeper: to make the node or to have it, and to delete it where it can be had. */
    @ParameterizedTest
    @CsvSource({
        "/zookeeper_limits, false, false",
        "/zookeeper/zookeeper_limits, true, true",
        "/zookeeper/y/zookeeper_limits, true, true",
        "/zookeeper/y/zookeeper_limitsX, false, false",
        "/zookeeperland/zookeeper_limits, true, true",
        "/zookeeper/quotb/zookeeper_limits, true, true",
        "/zookeeper/quota/zookeeper_limits, true, false",
        "/zookeeper/quota/zookeeper_limitsX, false, false",
        "/zookeeper/quota/zookeeper_limitsX/zookeeper_limits, true, false",
        "/zookeeper/quota/a/zookeeper_limits, false, false",
        "/zookeeper/quotaX/zookeeper_limits, false, false",
        "/zookeeper/other-node/zookeeper_limits, false, false",
        "/a/zookeeper_limits, false, false"
    })
    void knowsWhatTheReferenceImplementationDiesOf(String path, boolean misplaced, boolean undeletable) {
        assertThat(Quotas.isMisplaced(path)).isEqualTo(misplaced);
        assertThat(Quotas.isUndeletable(path)).isEqualTo(undeletable);
    }
}
