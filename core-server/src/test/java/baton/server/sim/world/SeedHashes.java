package baton.server.sim.world;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Runs seeds and tells their hashes; also as a process of its own. */
final class SeedHashes {
    private SeedHashes() {}

    static String of(String... seeds) {
        try (QuietLog quiet = new QuietLog()) {
            return Arrays.stream(seeds)
                    .map(each -> Long.toHexString(hashOf(Long.parseLong(each))))
                    .collect(Collectors.joining(" "));
        }
    }

    private static long hashOf(long seed) {
        World world = new World(Plan.of(seed), Defect.NONE);
        world.run();
        return world.hash();
    }

    /** Prints the hashes of the seeds, in one line. */
    public static void main(String[] seeds) {
        System.out.println(of(seeds));
    }
}
