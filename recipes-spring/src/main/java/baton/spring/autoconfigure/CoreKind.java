package baton.spring.autoconfigure;

/** The kinds of coordination core an application can be given. */
public enum CoreKind {
    /** A server within this process: for development, tests, and applications of one process. */
    EMBEDDED,
    /** Baton servers over the network. */
    BATON,
    /** Apache ZooKeeper servers over the network; spoken to exactly as {@link #BATON}. */
    ZOOKEEPER,
    /** An etcd cluster, by its address {@code etcd://}. */
    ETCD
}
