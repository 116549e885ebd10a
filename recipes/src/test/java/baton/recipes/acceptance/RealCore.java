package baton.recipes.acceptance;

import java.nio.file.Path;

/** The cores that recipes are held to their word on. */
enum RealCore {
    EMBEDDED {
        @Override
        RealStore open(Path directory) {
            return RealStore.embedded();
        }
    },
    BATON {
        @Override
        RealStore open(Path directory) {
            return RealStore.baton(directory);
        }
    },
    APACHE {
        @Override
        RealStore open(Path directory) {
            return RealStore.apache();
        }
    };

    /** Starts its server, with an empty tree. Returns once it serves. */
    abstract RealStore open(Path directory);
}
