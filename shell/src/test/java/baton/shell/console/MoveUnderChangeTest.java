package baton.shell.console;

import static org.assertj.core.api.Assertions.assertThat;

import baton.protocol.Request;
import baton.server.StartFailedException;
import baton.shell.exit.ExitCode;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A move in steps, while others change what is moved. */
class MoveUnderChangeTest {
    private static final int NODES = 520;

    private ShellOnServer other;
    /** What the shell that moved has printed, results and the rest. */
    private String results = "";

    private String errors = "";

    @BeforeEach
    void start() throws InterruptedException, StartFailedException {
        other = ShellOnServer.start();
        other.given(IntStream.range(0, NODES)
                .mapToObj(i -> " ; create /many/n" + i)
                .collect(Collectors.joining("", "multi { create /many", " }")));
    }

    @AfterEach
    void stop() {
        other.close();
    }

    @Test
    void aNodeThatVanishesBeforeItIsCopiedIsLeftOut() throws InterruptedException {
        // Read once to see whether it can be moved, once to be copied.
        assertThat(moveWith(2, "/many/n7", "delete /many/n7")).isEqualTo(ExitCode.OK);

        assertThat(results).isEqualTo("Moved 520 nodes to /moved\n");
        assertThat(other.outOf("ls /")).isEqualTo("[moved, zookeeper]\n");
    }

    @Test
    void aNodeThatVanishesAfterItWasCopiedHasMoved() throws InterruptedException {
        assertThat(moveWith(3, "/many/n7", "delete /many/n7")).isEqualTo(ExitCode.OK);

        assertThat(results).isEqualTo("Moved 521 nodes to /moved\n");
        assertThat(other.outOf("ls /")).isEqualTo("[moved, zookeeper]\n");
    }

    @Test
    void aNodeThatIsChangedAfterItWasCopiedStays() throws InterruptedException {
        assertThat(moveWith(3, "/many/n7", "set /many/n7 changed")).isEqualTo(ExitCode.PROBLEM);

        assertThat(errors).endsWith("2 nodes came or were changed meanwhile: they are still below /many\n");
        assertThat(other.outOf("ls -R /many")).isEqualTo("/many\n/many/n7\n");
        assertThat(other.outOf("get /many/n7")).isEqualTo("changed\n");
    }

    @Test
    void whoeverIsStoppedOnTheWayHearsWhatStandsWhere() throws InterruptedException {
        // Read in alphabetical order: it is the last of all, and its children come behind it.
        assertThat(moveWith(2, "/many/n99", "create -e /many/n98/below")).isEqualTo(ExitCode.PROBLEM);

        assertThat(errors)
                .contains(
                        "stopped on the way: ",
                        " nodes were copied to /moved, 0 of them are gone from /many",
                        "with --resume goes on")
                .endsWith(
                        "/many/n98/below is ephemeral: it vanishes with its session and cannot be moved to another\n");
        assertThat(other.outOf("getAllChildrenNumber /many")).isEqualTo("521\n");
    }

    @Test
    void whatWasStoppedOnTheWayGoesOn() throws InterruptedException {
        moveWith(2, "/many/n99", "create -e /many/n98/below");
        other.given("delete /many/n98/below");

        assertThat(other.run("mv --yes /many /moved")).isEqualTo(ExitCode.PROBLEM);
        assertThat(other.err()).contains("Node already exists: /moved", "--resume goes on");
        other.given("set /moved/n7 changed");
        assertThat(other.run("mv --yes --resume /many /moved")).isEqualTo(ExitCode.PROBLEM);
        assertThat(other.err())
                .endsWith("/moved/n7 is there, and is not like what is to be there: remove one of the two\n");
        other.given("delete /moved/n7");

        assertThat(other.outOf("mv --yes --resume /many /moved")).isEqualTo("Moved 521 nodes to /moved\n");
        assertThat(other.outOf("ls /")).isEqualTo("[moved, zookeeper]\n");
        assertThat(other.outOf("getAllChildrenNumber /moved")).isEqualTo("520\n");
    }

    /** Moves all; somebody else does something before a node is read for the nth time. */
    private ExitCode moveWith(int time, String path, String deed) throws InterruptedException {
        int[] reads = {0};
        Znodes.Opener opener = (target, events) -> {
            Znodes real = NetworkZnodes.open(target, events);
            return (Znodes) Proxy.newProxyInstance(
                    Znodes.class.getClassLoader(), new Class<?>[] {Znodes.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("ask")
                                && arguments[2] instanceof Request.GetData read
                                && read.path().equals(path)
                                && ++reads[0] == time) {
                            assertThat(other.run(deed)).isEqualTo(ExitCode.OK);
                        }
                        try {
                            return method.invoke(real, arguments);
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause();
                        }
                    });
        };
        try (RecordedShell shell = RecordedShell.at(ShellSettings.of(other.address()), opener)) {
            ExitCode code = shell.run("mv --yes /many /moved");
            results = shell.out();
            errors = shell.err();
            return code;
        }
    }
}
