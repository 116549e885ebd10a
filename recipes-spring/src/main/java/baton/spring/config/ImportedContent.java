package baton.spring.config;

import baton.core.Node;
import baton.core.NodePath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Profiles;
import org.springframework.core.env.PropertySource;

/**
 * What one import holds at one moment. Immutable.
 *
 * @param values by key
 * @param origins by key
 * @param revision of the newest write among them; 0 if there is none
 */
record ImportedContent(Map<String, Object> values, Map<String, Origin> origins, long revision) {
    /** Keys that tell Boot when a document counts; obeyed here, and kept from being obeyed twice. */
    private static final String ACTIVATE = "spring.config.activate.";

    private static final String ON_PROFILE = ACTIVATE + "on-profile";

    static final ImportedContent NONE = new ImportedContent(Map.of(), Map.of(), 0);

    ImportedContent {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        origins = Map.copyOf(origins);
    }

    /** Each node below the root is a key, a slash in its path a dot. A node without data is only a directory. */
    static ImportedContent ofTree(NodePath root, Collection<Node> nodes) {
        Map<String, Object> values = new TreeMap<>();
        Map<String, Origin> origins = new LinkedHashMap<>();
        int from = root.isRoot() ? 1 : root.toString().length() + 1;
        for (Node node : nodes) {
            String path = node.path().toString();
            if (node.data().length() > 0 && path.length() > from) {
                String key = path.substring(from).replace('/', '.');
                values.put(key, node.data().utf8());
                origins.put(key, new ImportedOrigin(node.path(), node.stat().modRev()));
            }
        }
        return new ImportedContent(values, origins, newest(nodes));
    }

    /**
     * The keys of a node's documents, later ones over earlier ones, those of other profiles left out.
     *
     * @throws baton.recipes.CodecException if the text does not parse, saying where
     */
    static ImportedContent ofDocument(DocumentFormat format, Node node, List<String> profiles) {
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Origin> origins = new LinkedHashMap<>();
        String shown = node.path() + " revision " + node.stat().modRev();
        for (PropertySource<?> document : format.read(shown, node.data())) {
            if (isActive(document, profiles)) {
                for (String key : ((EnumerablePropertySource<?>) document).getPropertyNames()) {
                    put(document, key, values, origins);
                }
            }
        }
        return new ImportedContent(values, origins, newest(List.of(node)));
    }

    /** The keys that are not the same in another content. */
    Set<String> changedFrom(ImportedContent before) {
        Set<String> changed = new TreeSet<>(values.keySet());
        changed.addAll(before.values.keySet());
        changed.removeIf(key -> Objects.equals(values.get(key), before.values.get(key)));
        return changed;
    }

    private static void put(
            PropertySource<?> document, String key, Map<String, Object> values, Map<String, Origin> origins) {
        Object value = document.getProperty(key);
        if (value == null || key.startsWith(ACTIVATE)) {
            return;
        }
        values.put(key, value);
        Origin origin = OriginLookup.getOrigin(document, key);
        if (origin != null) {
            origins.put(key, origin);
        }
    }

    private static boolean isActive(PropertySource<?> document, List<String> profiles) {
        String wanted = String.join(",", written(document.getProperty(ON_PROFILE), document));
        if (wanted.isBlank()) {
            return true;
        }
        return Profiles.of(wanted.split("\\s*,\\s*")).matches(profiles::contains);
    }

    /** One text, or the items of a list. */
    private static List<String> written(@Nullable Object plain, PropertySource<?> document) {
        if (plain != null) {
            return List.of(plain.toString());
        }
        List<String> items = new ArrayList<>();
        Object item;
        while ((item = document.getProperty(ON_PROFILE + "[" + items.size() + "]")) != null) {
            items.add(item.toString());
        }
        return items;
    }

    private static long newest(Collection<Node> nodes) {
        return nodes.stream()
                .mapToLong(node -> Math.max(node.stat().createRev(), node.stat().modRev()))
                .max()
                .orElse(0);
    }
}
