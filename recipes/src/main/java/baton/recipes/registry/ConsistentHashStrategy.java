package baton.recipes.registry;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The same instance for the same key, on every client that sees the same instances. When an instance comes or goes only
 * the keys that it gets or had change hands.
 *
 * <p>Each instance has {@value #POINTS} points a weight on a ring of 64-bit hashes; a key belongs to the next point. The
 * key is that of the pick, else the one given here. Weights are nominal: ramping up would make keys wander.
 */
public final class ConsistentHashStrategy<T> implements ProviderStrategy<T> {
    private static final int POINTS = 160;

    private final String key;
    private volatile @Nullable Ring<T> ring;

    /** What decides where the points of an instance are. */
    private record Place(String id, int weight) {}

    /**
     * The points of a view, in order.
     *
     * @param owners whose point it is, as an index into the view
     */
    private record Ring<T>(InstanceView<T> view, List<Place> places, long[] points, int[] owners) {}

    /** @param key for picks that say none */
    public ConsistentHashStrategy(String key) {
        this.key = key;
    }

    @Override
    public ServiceInstance<T> getInstance(InstanceView<T> view, PickContext context) {
        Ring<T> now = ringOf(view);
        if (now.points().length == 0) {
            return view.get((int) Long.remainderUnsigned(hash(context.key().orElse(key)), view.size()))
                    .instance();
        }
        int at = Arrays.binarySearch(now.points(), hash(context.key().orElse(key)));
        int next = at >= 0 ? at : -at - 1;
        return view.get(now.owners()[next % now.owners().length]).instance();
    }

    private Ring<T> ringOf(InstanceView<T> view) {
        Ring<T> known = ring;
        if (known != null && known.view() == view) {
            return known;
        }
        List<Place> places = view.candidates().stream()
                .map(candidate -> new Place(
                        candidate.instance().id(), candidate.instance().weight()))
                .toList();
        Ring<T> now = known != null && known.places().equals(places)
                ? new Ring<>(view, places, known.points(), known.owners())
                : laidOut(view, places);
        ring = now;
        return now;
    }

    private static <T> Ring<T> laidOut(InstanceView<T> view, List<Place> places) {
        int size = places.stream().mapToInt(place -> place.weight() * POINTS).sum();
        long[] points = new long[size];
        int[] owners = new int[size];
        Integer[] order = new Integer[size];
        long[] unsorted = new long[size];
        int[] ownerOf = new int[size];
        int filled = 0;
        for (int owner = 0; owner < places.size(); owner++) {
            Place place = places.get(owner);
            for (int point = 0; point < place.weight() * POINTS; point++) {
                unsorted[filled] = hash(place.id() + "#" + point);
                ownerOf[filled] = owner;
                order[filled] = filled;
                filled++;
            }
        }
        Arrays.sort(order, (a, b) -> Long.compare(unsorted[a], unsorted[b]));
        for (int i = 0; i < size; i++) {
            points[i] = unsorted[order[i]];
            owners[i] = ownerOf[order[i]];
        }
        return new Ring<>(view, places, points, owners);
    }

    /** FNV-1a over the characters, mixed well: a ring needs its high bits to be as good as its low ones. */
    static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
