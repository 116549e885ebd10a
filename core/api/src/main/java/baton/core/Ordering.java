package baton.core;

/**
 * Asks the store to add its order of arrival to the name of a new node.
 *
 * @param label the part of the name that recipes choose, such as {@code lock-}
 * @param shape how label, attempt and order are put together
 */
public record Ordering(String label, Shape shape) {
    public Ordering {
        if (label.isEmpty() || label.indexOf('/') >= 0) {
            throw new IllegalArgumentException("label \"" + label + "\": must be one non-empty part of a name");
        }
    }

    /** A contender's entry, in the name that other libraries use too. */
    public static Ordering ticket(String label) {
        return new Ordering(label, Shape.TICKET);
    }

    /** An entry whose readable label comes first. */
    public static Ordering labelled(String label) {
        return new Ordering(label, Shape.RECORD);
    }

    /** How the name is built on a znode core; etcd makes {@code <label><attempt>} of both and orders by revision. */
    public enum Shape {
        /** {@code _c_<attempt>-<label><sequence>}. */
        TICKET,
        /** {@code <label><attempt>-<sequence>}. */
        RECORD
    }
}
