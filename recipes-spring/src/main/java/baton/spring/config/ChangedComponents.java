package baton.spring.config;

import java.lang.reflect.RecordComponent;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Tells the keys by which two records of one type differ; a further record differs as a whole. */
final class ChangedComponents {
    private ChangedComponents() {}

    static Set<String> between(String prefix, Object before, Object now) {
        Set<String> keys = new TreeSet<>();
        if (!(now instanceof Record)) {
            return Set.of(prefix);
        }
        for (RecordComponent component : now.getClass().getRecordComponents()) {
            if (!Objects.equals(RequiredKeys.read(component, before), RequiredKeys.read(component, now))) {
                String key = RequiredKeys.kebab(component.getName());
                keys.add(prefix.isEmpty() ? key : prefix + "." + key);
            }
        }
        return keys;
    }
}
