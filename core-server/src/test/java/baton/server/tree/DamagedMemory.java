package baton.server.tree;

import java.util.function.IntUnaryOperator;

/** Does to nodes what a failing machine does: nobody is told. */
public final class DamagedMemory {
    private DamagedMemory() {}

    /**
     * Flips one bit in the data of a node, if it has any.
     *
     * @param below draws a number below another
     */
    public static void flipBit(Znode node, IntUnaryOperator below) {
        byte[] content = node.state().unsafeContent();
        if (content != null && content.length > 0) {
            content[below.applyAsInt(content.length)] ^= (byte) (1 << below.applyAsInt(Byte.SIZE));
        }
    }
}
