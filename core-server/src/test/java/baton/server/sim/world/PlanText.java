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
                        each -> each.group(1), each -> each.group(2) == null ? each.group(3) : each.group(2)));
    }

    /** Reads a plan; throws {@link IllegalArgumentException} if it lacks what plans have. */
    static Plan read(String text) {
        PlanText plan = new PlanText(text);
        return new Plan(
                plan.number("seed"),
                plan.number("firstZxid"),
                plan.count("clients"),
                plan.count("loops"),
                plan.says("sequencerOnLoop"),
                Kernel.valueOf(plan.value("kernel")),
                plan.count("sectorBytes"),
                plan.says("twoDirectories"),
                plan.count("tickMillis"),
                plan.count("sessionMillis"),
                plan.count("snapCount"),
                plan.count("roomBytes"),
                plan.count("fileBytesMax"),
                plan.number("clockRateParts"),
                plan.number("wireNanosMax"),
                plan.number("turnNanosMax"),
                plan.number("diskNanosMax"),
                plan.number("thinkNanosMax"),
                plan.count("pipeline"),
                plan.count("requestsMax"),
                plan.number("durationMillis"),
                plan.number("faultNanosMax"),
                plan.traits("faults", Fault.class),
                plan.traits("features", Feature.class),
                plan.traits("scarcities", Scarcity.class));
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
