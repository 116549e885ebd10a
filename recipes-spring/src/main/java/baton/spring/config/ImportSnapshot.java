package baton.spring.config;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.origin.Origin;

/**
 * The last good content of an import in a file, for starts without the store: Java properties in UTF-8, values as text.
 * Written beside and moved into place, so a crash leaves the old one or the new one.
 *
 * @param file it is kept in
 */
record ImportSnapshot(Path file) {
    private static final Logger LOG = LoggerFactory.getLogger(ImportSnapshot.class);

    /** Different imports are different files. */
    static ImportSnapshot in(Path directory, ConfigImport of) {
        String name = of.path().toString().substring(1).replace("%", "%25").replace("/", "%2F");
        return new ImportSnapshot(directory.resolve("import." + name));
    }

    Optional<ImportedContent> read() {
        Properties lines = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            lines.load(in);
        } catch (NoSuchFileException never) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException unreadable) {
            LOG.warn("disk snapshot cannot be read file={} cause={}", file, unreadable.toString());
            return Optional.empty();
        }
        Map<String, Object> values = new LinkedHashMap<>();
        Map<String, Origin> origins = new LinkedHashMap<>();
        lines.stringPropertyNames().stream().sorted().forEach(key -> {
            values.put(key, lines.getProperty(key));
            origins.put(key, new DiskOrigin(file));
        });
        return Optional.of(new ImportedContent(values, origins, 0));
    }

    void write(ImportedContent content) {
        Properties lines = new Properties();
        content.values().forEach((key, value) -> lines.setProperty(key, value.toString()));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path beside = file.resolveSibling(file.getFileName() + ".new");
            try (Writer out = Files.newBufferedWriter(beside, StandardCharsets.UTF_8)) {
                lines.store(out, null);
            }
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException full) {
            LOG.warn("disk snapshot cannot be written file={} cause={}", file, full.toString());
        }
    }

    /**
     * Says that a value is not the store's word.
     *
     * @param file it was read from
     */
    record DiskOrigin(Path file) implements Origin {
        @Override
        public String toString() {
            return "disk snapshot " + file;
        }
    }
}
