package baton.embedded;

import baton.core.testkit.CoreFaultContract;
import baton.core.testkit.CoreUnderTest;

class EmbeddedFaultTest extends CoreFaultContract {
    @Override
    protected CoreUnderTest startCore() {
        return new EmbeddedStore();
    }
}
