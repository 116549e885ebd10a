package baton.recipes.acceptance;

import baton.core.testkit.ServerProcess;
import java.util.Arrays;
import java.util.stream.Stream;

/** The cores that recipes are held to their word on. */
enum RealCore {
    EMBEDDED {
        @Override
        RealStore open() {
            return RealStore.embedded();
        }
    },
    BATON {
        @Override
        RealStore open() {
            return new RealStore.Restartable(ServerProcess.baton());
        }
    },
    APACHE {
        @Override
        RealStore open() {
            return new RealStore.Restartable(ServerProcess.apache());
        }
    };

    /** Starts its server, with an empty tree. Returns once it serves. */
    abstract RealStore open();

    /**
     * Those on which tests run that take long. The embedded core, which is our server in this process, is among them in
     * long runs only: {@code -Dsoak}.
     */
    static Stream<RealCore> ofThisRun() {
        boolean all = System.getProperty("soak") != null;
        return Arrays.stream(values()).filter(core -> all || core != EMBEDDED);
    }
}
