package baton.serving;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;

/** Lambdas and method references of all kinds, what each of them gives put together. */
public final class Specimen implements Supplier<List<Object>> {
    private static final UnaryOperator<String> IN_A_CONSTANT = text -> text + "!";

    private final String held;

    public Specimen() {
        this("held");
    }

    private Specimen(String held) {
        this.held = held;
    }

    @Override
    public List<Object> get() {
        List<Object> all = new ArrayList<>();
        capturesOfAllKinds(all);
        references(all);
        all.add(IN_A_CONSTANT.apply("constant"));
        all.add(new Nested().ask());
        all.add(Level.HIGH.rank.applyAsInt(3, 4));
        all.add(((Greeting) () -> "me").greet());
        all.add(converted());
        return all;
    }

    private void capturesOfAllKinds(List<Object> all) {
        boolean flag = held.length() == 4;
        byte small = 1;
        char letter = 'c';
        short less = 2;
        int number = 3;
        long large = 1L << 40;
        float part = 1.5f;
        double half = 0.5;
        int[] several = {7, 8};
        Supplier<String> captures =
                () -> flag + "" + small + letter + less + number + large + part + half + several[1] + held;
        all.add(captures.get());
        DoubleUnaryOperator twoWords = each -> each * half + large;
        all.add(twoWords.applyAsDouble(2));
        Runnable dropsAnObject = () -> all.add("ran");
        dropsAnObject.run();
        LongSupplier time = () -> large + number;
        Runnable dropsTwoWords = time::getAsLong;
        dropsTwoWords.run();
        all.add(time.getAsLong());
        Supplier<Supplier<String>> inside = () -> () -> held + number;
        all.add(inside.get().get());
        Callable<int[]> array = () -> several;
        try {
            all.add(array.call().length);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private void references(List<Object> all) {
        Supplier<String> ofThis = this::secret;
        Function<Specimen, String> unbound = Specimen::secret;
        Function<String, Specimen> constructor = Specimen::new;
        Function<Object, String> toStatic = Specimen::shown;
        BiFunction<String, String, String> ofAnother = String::concat;
        Supplier<List<String>> collection = ArrayList::new;
        IntFunction<String[]> arrays = String[]::new;
        Function<Map.Entry<String, Integer>, String> ofAnInterface = Map.Entry::getKey;
        Comparator<String> ordered = Comparator.comparing(String::length);
        all.add(ofThis.get() + unbound.apply(new Specimen("other")));
        all.add(constructor.apply("new").held + toStatic.apply(null));
        all.add(ofAnother.apply("a", "b") + collection.get() + arrays.apply(3).length);
        all.add(ofAnInterface.apply(Map.entry("key", 1)) + ordered.compare("long", "short"));
        Supplier<String> inherited = super::toString;
        all.add(inherited.get().startsWith("baton"));
        StringBuilder built = new StringBuilder("built");
        Appending<StringBuilder> generic = built::append;
        all.add(generic.append("more").reverse().toString());
        Supplier<String> serialized = (Supplier<String> & Serializable) () -> "serialized " + held;
        all.add(serialized.get());
        Bridged bridged = text -> text + "bridged";
        all.add(((Function<String, Object>) bridged).apply("a ").toString() + bridged.apply("another "));
    }

    /** With a method of another kind beneath it. */
    interface Bridged extends Function<String, Object> {
        @Override
        String apply(String text);
    }

    /** Numbers that become objects on the way to what is called, or back from it. */
    private static List<Object> converted() {
        ToIntFunction<Integer> unboxed = Integer::intValue;
        Function<Integer, Integer> boxed = Math::abs;
        Predicate<String> empty = String::isEmpty;
        return List.of(unboxed.applyAsInt(5), boxed.apply(-6), empty.test(""));
    }

    private String secret() {
        return "secret of " + held;
    }

    private static String shown(Object what) {
        return String.valueOf(what);
    }

    /** What is given back is more than what the method declares. */
    interface Appending<T> {
        T append(String text);
    }

    interface Greeting {
        String name();

        private String nice() {
            Supplier<String> own = () -> "dear " + name();
            Supplier<String> reference = this::name;
            return own.get() + reference.get();
        }

        default String greet() {
            return nice();
        }
    }

    enum Level {
        HIGH((first, second) -> first * second);

        private final IntBinaryOperator rank;

        Level(IntBinaryOperator rank) {
            this.rank = rank;
        }
    }

    private final class Nested {
        private final Supplier<String> asks = () -> held + Nested.this.answer();

        String ask() {
            return asks.get();
        }

        private String answer() {
            return " here";
        }
    }
}
