package baton.server.sim.world;

import java.util.Arrays;
import java.util.stream.Stream;

/** What a seed may turn on. */
sealed interface Trait permits Fault, Feature, Scarcity {
    /** Returns what is called so; throws {@link IllegalArgumentException} if nothing is. */
    static Trait named(String name) {
        return Stream.of(Fault.values(), Feature.values(), Scarcity.values())
                .<Enum<?>>flatMap(Arrays::stream)
                .filter(each -> each.name().equals(name))
                .map(Trait.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        name + ": must be a Fault, a Feature or a Scarcity of the simulation"));
    }
}
