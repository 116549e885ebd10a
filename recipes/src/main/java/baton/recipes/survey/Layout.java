package baton.recipes.survey;

/**
 * Whose names stand in a line. Who holds is decided by the numbers at their ends, and by what kinds stand before.
 *
 * <pre>
 * OURS        _c_&lt;uuid&gt;-lock-0000000007        this library's and Apache Curator's: they stand in one line
 * KAZOO       &lt;32 digits&gt;__lock__0000000007    Python; __rlock__ is a reader's; elections of kazoo's are locks
 * GO          _c_&lt;32 digits&gt;-lock-0000000007   go-zookeeper
 * ZOOKEEPER   lock-, read-, write-, n_            the recipes in ZooKeeper's documentation, bare or behind a name and
 *             x-&lt;session&gt;-0000000007           a dash, and those it comes with; Solr's elections
 * </pre>
 */
public enum Layout {
    OURS(""),
    KAZOO("kazoo"),
    GO("go-zookeeper"),
    ZOOKEEPER("ZooKeeper's recipes");

    private final String library;

    Layout(String library) {
        this.library = library;
    }

    /** Returns whose it is, for people; empty if it is ours. */
    public String library() {
        return library;
    }
}
