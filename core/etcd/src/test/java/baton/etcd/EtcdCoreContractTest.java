package baton.etcd;

import baton.core.testkit.CoordinationCoreContract;
import baton.core.testkit.CoreUnderTest;

class EtcdCoreContractTest extends CoordinationCoreContract {
    @Override
    protected CoreUnderTest startCore() {
        return new EtcdStore();
    }
}
