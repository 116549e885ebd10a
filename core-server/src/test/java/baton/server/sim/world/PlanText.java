package baton.server.sim.world;

import baton.server.sim.SimulatedDisk.Kernel;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A plan as it prints itself, {@code Plan[seed=42, ..., faults=[KILL, PAUSE], ...]}. */
final class PlanText {
    private static final Pattern COMPONENT = Pattern.compile("(\\w+)=(?:\\[([^]]*)]|([^,\\]]+))");

    private final Map<String, String> values;

    private PlanText(String text) {
        values = COMPONENT
                .matcher(text)
                .results()
                .collect(Collectors.toMap(
                        each -> each.group(1),
                        each -> each.group(2) == null ? each.group(3) : each.group(2),
                        (first, again) -> first));
    }

    /** Reads a plan; throws {@link IllegalArgumentException} if it lacks what plans have, or would print itself otherwise. */
    static Plan read(String text) {
        Plan plan = new PlanText(text).plan();
        if (!plan.toString().equals(text)) {
            throw new IllegalArgumentException("must be " + plan);
        }
        return plan;
    }

    private Plan plan() {
        return new Plan(
                number("seed"),
                number("firstZxid"),
                count("clients"),
                count("loops"),
                says("sequencerOnLoop"),
                Kernel.valueOf(value("kernel")),
                count("sectorBytes"),
                says("twoDirectories"),
                count("tickMillis"),
                count("sessionMillis"),
                count("snapCount"),
                count("roomBytes"),
                count("fileBytesMax"),
                number("clockRateParts"),
                number("wireNanosMax"),
                number("turnNanosMax"),
                number("diskNanosMax"),
                number("thinkNanosMax"),
                count("pipeline"),
                count("requestsMax"),
                number("durationMillis"),
                number("faultNanosMax"),
                traits("faults", Fault.class),
                traits("features", Feature.class),
                traits("scarcities", Scarcity.class));
    }

    private String value(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("a plan has " + name + ", here are " + values.keySet());
        }
        return value;
    }

    private long number(String name) {
        return Long.parseLong(value(name));
    }

    private int count(String name) {
        return Integer.parseInt(value(name));
    }

    private boolean says(String name) {
        return Boolean.parseBoolean(value(name));
    }

    private <E extends Enum<E>> Set<E> traits(String name, Class<E> kind) {
        Set<E> traits = EnumSet.noneOf(kind);
        for (String each : value(name).split(", ")) {
            if (!each.isEmpty()) {
                traits.add(Enum.valueOf(kind, each));
            }
        }
        return traits;
    }
}
