package baton.shell.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The stage as a part sees it: reports go out, orders come in. The orders end when the stage is gone. Reports may come
 * from any thread.
 */
final class Stage {
    /**
     * What the stage wants of a part.
     *
     * @param name the kind of order
     * @param argument what it is about; empty if nothing
     */
    record Order(String name, String argument) {
        String line() {
            return name + " " + Report.encode(argument);
        }

        static Order parse(String line) {
            List<String> words = Arrays.asList(line.split(" ", 2));
            return new Order(words.get(0), words.size() < 2 ? "" : Report.decode(words.get(1)));
        }
    }

    private final PrintStream out;
    private final BufferedReader in;

    /** Takes over the standard streams of this process. */
    Stage() {
        out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    }

    void tell(Report report) {
        out.println(report.line());
    }

    /** Waits for the next order; empty when there will be none. */
    Optional<Order> nextOrder() throws IOException {
        return Optional.ofNullable(in.readLine()).map(Order::parse);
    }

    /** Returns when the stage wants this part to end, or is gone. */
    void awaitEnd() throws IOException {
        while (nextOrder().isPresent()) {
            // Orders are for parts that take some.
        }
    }
}
