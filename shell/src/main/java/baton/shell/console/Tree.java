package baton.shell.console;

import java.util.List;
import java.util.Optional;

/** Nodes to read, on a server or in a file. The top is {@code /}, wherever it is. */
interface Tree extends AutoCloseable {
    /** Returns a node, its path below the top; empty if it does not exist. */
    Optional<ExportedNode> node(String path) throws InterruptedException;

    /** Returns the names of a node's children in alphabetical order; none if it does not exist. */
    List<String> children(String path) throws InterruptedException;

    /** Lets go of what was opened for it. */
    @Override
    void close();

    /** Opens what an operand names: {@code /path}, {@code zk://host:port,.../path} or {@code file:name}. */
    static Tree of(Arguments arguments, int operand, ZnodeShell shell) throws InterruptedException {
        String word = arguments.operands().get(operand);
        return word.startsWith(FileTree.PREFIX) ? FileTree.read(word) : ServerTree.of(arguments, operand, shell);
    }
}
