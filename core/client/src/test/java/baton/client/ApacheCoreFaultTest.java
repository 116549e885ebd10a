package baton.client;

import baton.core.testkit.CoreFaultContract;
import baton.core.testkit.CoreUnderTest;

class ApacheCoreFaultTest extends CoreFaultContract {
    @Override
    protected CoreUnderTest startCore() {
        return new ApacheStore();
    }
}
