package baton.shell.console;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The nodes of an exported file, all of them in memory. */
final class FileTree implements Tree {
    static final String PREFIX = "file:";

    private final Map<String, ExportedNode> nodes = new TreeMap<>();
    private final Map<String, TreeSet<String>> children = new HashMap<>();

    private FileTree() {}

    /** @throws CommandRefusedException if the file cannot be read, or is not whole */
    static FileTree read(String word) throws InterruptedException {
        FileTree tree = new FileTree();
        ExportFile.read(Path.of(word.substring(PREFIX.length())), tree::add);
        return tree;
    }

    private void add(ExportedNode node) {
        nodes.put(node.path(), node);
        int slash = node.path().lastIndexOf('/');
        String name = node.path().substring(slash + 1);
        if (!name.isEmpty()) {
            String parent = slash == 0 ? "/" : node.path().substring(0, slash);
            children.computeIfAbsent(parent, none -> new TreeSet<>()).add(name);
        }
    }

    @Override
    public Optional<ExportedNode> node(String path) {
        return Optional.ofNullable(nodes.get(path));
    }

    @Override
    public List<String> children(String path) {
        return List.copyOf(children.getOrDefault(path, new TreeSet<>()));
    }

    @Override
    public void close() {
        // The file was closed when it had been read.
    }
}
