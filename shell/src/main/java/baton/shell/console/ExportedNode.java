package baton.shell.console;

import baton.protocol.Acl;
import baton.protocol.Bytes;
import baton.protocol.CreateMode;
import baton.protocol.OpCode;
import baton.protocol.Request;
import baton.recipes.json.Json;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A node in an exported file. The file is a line of JSON for each node, every node after its parent, between two lines of
 * its own: without the last one it is not whole.
 *
 * <pre>
 * {"format":"baton-export 1","root":"/app"}
 * {"path":"/","data":{"text":"hello"}}
 * {"path":"/a","data":{"base64":"AAE="},"acl":[{"scheme":"world","id":"anyone","permissions":"r"}]}
 * {"path":"/b","kind":"ephemeral","owner":"0x1"}
 * {"nodes":3}
 * </pre>
 *
 * <p>Data that is left out is none, which is not the same as empty; a list of rights that is left out gives everybody
 * all; a kind that is left out is {@code persistent}. A {@code ttl} has {@code ttlMillis}.
 *
 * @param path below the root of the export, which itself is {@code /}
 * @param data null for none
 * @param owner as in a stat: says the kind
 */
record ExportedNode(String path, @Nullable Bytes data, List<Acl> acl, long owner) {
    static final String FORMAT = "baton-export 1";

    ExportedNode {
        acl = List.copyOf(acl);
    }

    static String header(String root) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("format", FORMAT);
        fields.put("root", root);
        return Json.write(fields);
    }

    static String trailer(long nodes) {
        return Json.write(Map.of("nodes", nodes));
    }

    String toLine() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("path", path);
        if (data != null) {
            fields.put("data", Result.data(data));
        }
        if (!acl.equals(Acl.OPEN)) {
            fields.put("acl", AclText.fields(acl));
        }
        NodeKind kind = NodeKind.of(owner);
        if (kind != NodeKind.PERSISTENT) {
            fields.put("kind", kind.name().toLowerCase(Locale.ROOT));
        }
        if (kind == NodeKind.EPHEMERAL) {
            fields.put("owner", Result.hex(owner));
        } else if (kind == NodeKind.TTL) {
            fields.put("ttlMillis", NodeKind.ttlMillis(owner));
        }
        return Json.write(fields);
    }

    /** @throws IllegalArgumentException saying what is wrong */
    static ExportedNode of(Map<String, @Nullable Object> fields) {
        if (!(fields.get("path") instanceof String path)) {
            throw new IllegalArgumentException("path: a string was expected");
        }
        List<Acl> acl = fields.get("acl") instanceof List<?> entries ? AclText.ofFields(entries) : Acl.OPEN;
        return new ExportedNode(path, dataOf(fields.get("data")), acl, ownerOf(fields));
    }

    private static @Nullable Bytes dataOf(@Nullable Object field) {
        if (field == null) {
            return null;
        }
        if (field instanceof Map<?, ?> data && data.get("text") instanceof String text) {
            return Bytes.utf8(text);
        }
        if (field instanceof Map<?, ?> data && data.get("base64") instanceof String base64) {
            return Bytes.wrap(Base64.getDecoder().decode(base64));
        }
        throw new IllegalArgumentException("data: text or base64 was expected");
    }

    private static long ownerOf(Map<String, @Nullable Object> fields) {
        Object kind = fields.getOrDefault("kind", "persistent");
        if ("ttl".equals(kind) && fields.get("ttlMillis") instanceof Long millis) {
            return NodeKind.ttlOwner(millis);
        } else if ("container".equals(kind)) {
            return NodeKind.CONTAINER_OWNER;
        } else if ("ephemeral".equals(kind)) {
            Object owner = fields.getOrDefault("owner", "0x1");
            return Long.parseUnsignedLong(String.valueOf(owner).substring(2), 16);
        } else if ("persistent".equals(kind)) {
            return 0;
        }
        throw new IllegalArgumentException("kind: there is no " + kind);
    }

    /** The request that makes the node. */
    Request.MultiOp creation(String target) {
        return switch (NodeKind.of(owner)) {
            case PERSISTENT -> create(OpCode.CREATE, target, CreateMode.PERSISTENT);
            case EPHEMERAL -> create(OpCode.CREATE, target, CreateMode.EPHEMERAL);
            case CONTAINER -> create(OpCode.CREATE_CONTAINER, target, CreateMode.CONTAINER);
            case TTL ->
                new Request.CreateTtl(
                        target, data, acl, CreateMode.PERSISTENT_WITH_TTL.flags(), NodeKind.ttlMillis(owner));
        };
    }

    private Request.Create create(OpCode opCode, String target, CreateMode mode) {
        return new Request.Create(opCode, target, data, acl, mode.flags());
    }
}
