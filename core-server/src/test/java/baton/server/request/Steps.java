package baton.server.request;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests in few words. */
final class Steps {
    private Steps() {}

    static Request.Create create(String path) {
        return create(path, CreateMode.PERSISTENT);
    }

    static Request.Create create(String path, CreateMode mode) {
        return new Request.Create(
                mode.isContainer() ? OpCode.CREATE_CONTAINER : OpCode.CREATE,
                path,
                Bytes.utf8("v"),
                Acl.OPEN,
                mode.flags());
    }

    static Request.Create create(String path, List<Acl> acl) {
        return new Request.Create(OpCode.CREATE, path, Bytes.utf8("v"), acl, 0);
    }

    static Request.Create create2(String path) {
        return new Request.Create(OpCode.CREATE2, path, Bytes.utf8("v"), Acl.OPEN, 0);
    }

    static Request.CreateTtl createTtl(String path, int flags, long ttlMillis) {
        return new Request.CreateTtl(path, null, Acl.OPEN, flags, ttlMillis);
    }

    static Request.Delete delete(String path) {
        return new Request.Delete(path, -1);
    }

    static Request.SetData set(String path, @Nullable String text) {
        return new Request.SetData(path, text == null ? null : Bytes.utf8(text), -1);
    }

    static Request.GetData get(String path) {
        return new Request.GetData(path, false);
    }

    static Request.Multi multi(Request.MultiOp... ops) {
        return new Request.Multi(List.of(ops));
    }

    static List<Acl> only(int permissions, String scheme, String id) {
        return List.of(new Acl(permissions, scheme, id));
    }
}
