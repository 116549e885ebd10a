package baton.etcd;

import baton.core.testkit.CoreFaultContract;
import baton.core.testkit.CoreUnderTest;

class EtcdCoreFaultTest extends CoreFaultContract {
    @Override
    protected CoreUnderTest startCore() {
        return new EtcdStore();
    }
}
