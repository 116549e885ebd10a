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
 * {"path":"/b","ephemeral":"0x100002a7b3c0001"}
 * {"nodes":3}
 * </pre>
 *
 * <p>Data that is left out is none, which is not the same as empty; a list of rights that is left out gives everybody
 * all. Servers do not say which nodes are containers or have a time to live: here they are plain ones.
 *
 * @param path below the root of the export, which itself is {@code /}
 * @param data null for none
 * @param owner session it vanishes with, or 0
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

    /**
     * Reads a header.
     *
     * @throws IllegalArgumentException if it is none
     */
    static String rootOf(String header) {
        if (header.startsWith("{")) {
            Map<String, @Nullable Object> fields = Json.readObject(header);
            if (FORMAT.equals(fields.get("format")) && fields.get("root") instanceof String root) {
                return root;
            }
        }
        throw new IllegalArgumentException("this is no exported file: the header of " + FORMAT + " was expected");
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
        if (isEphemeral()) {
            fields.put("ephemeral", Result.hex(owner));
        }
        return Json.write(fields);
    }

    /** @throws IllegalArgumentException saying what is wrong */
    static ExportedNode of(Map<String, @Nullable Object> fields) {
        if (!(fields.get("path") instanceof String path)) {
            throw new IllegalArgumentException("path: a string was expected");
        }
        List<Acl> acl = fields.get("acl") instanceof List<?> entries ? AclText.ofFields(entries) : Acl.OPEN;
        return new ExportedNode(path, dataOf(fields.get("data")), acl, ownerOf(fields.get("ephemeral")));
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

    private static long ownerOf(@Nullable Object field) {
        return field instanceof String session && session.startsWith("0x")
                ? Long.parseUnsignedLong(session.substring(2), 16)
                : 0;
    }

    boolean isEphemeral() {
        return owner != 0;
    }

    /** The request that makes the node. */
    Request.Create creation(String target) {
        CreateMode mode = isEphemeral() ? CreateMode.EPHEMERAL : CreateMode.PERSISTENT;
        return new Request.Create(OpCode.CREATE, target, data, acl, mode.flags());
    }
}
