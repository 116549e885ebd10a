package baton.server.tree;

/**
 * What an applied transaction did to one node: the watches to fire follow from it.
 *
 * @param acl the node's list, or the one it had when it was deleted
 * @param parentAcl the list of its parent
 */
public record TreeChange(Kind kind, String path, AclEntry acl, AclEntry parentAcl) {
    /** What happened to the node. */
    public enum Kind {
        CREATED,
        DELETED,
        CONTENT_REPLACED
    }

    /** Returns how many characters of the path are that of the node's parent. */
    public int parentLength() {
        return Math.max(1, path.lastIndexOf('/'));
    }

    /** Returns the path of the node's parent. */
    public String parentPath() {
        return ZnodeTree.parentPath(path);
    }
}
