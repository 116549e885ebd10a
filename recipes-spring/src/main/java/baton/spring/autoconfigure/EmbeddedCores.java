package baton.spring.autoconfigure;

import baton.core.CoordinationCore;

/** Makes embedded cores; a bean only if the embedded core is on the class path. */
@FunctionalInterface
interface EmbeddedCores {
    CoordinationCore open(BatonProperties.Embedded settings);
}
