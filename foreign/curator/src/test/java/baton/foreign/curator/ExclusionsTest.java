package baton.foreign.curator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.JarURLConnection;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** A line in the table that names nothing would hide that a test was renamed. */
class ExclusionsTest {
    private static final String TESTS = "org/apache/curator/";

    @Test
    void eachNamesATestOfCurators() throws Exception {
        Set<String> names = names();

        assertThat(names).containsAll(Exclusions.table().keySet());
    }

    private static Set<String> names() throws Exception {
        Set<String> names = new HashSet<>();
        for (JarFile jar : jars()) {
            for (JarEntry each : (Iterable<JarEntry>) jar.stream()::iterator) {
                String path = each.getName();
                if (path.endsWith(".class") && path.contains("/Test") && path.indexOf('$') < 0) {
                    Class<?> test = Class.forName(
                            path.substring(0, path.length() - ".class".length()).replace('/', '.'));
                    names.add(test.getSimpleName());
                    Arrays.stream(test.getMethods())
                            .map(Method::getName)
                            .forEach(method -> names.add(test.getSimpleName() + "#" + method));
                }
            }
        }
        return names;
    }

    /** Those with tests among the jars that have something of Curator's. */
    private static List<JarFile> jars() throws IOException {
        List<JarFile> jars = new ArrayList<>();
        Enumeration<URL> places = ExclusionsTest.class.getClassLoader().getResources(TESTS);
        while (places.hasMoreElements()) {
            if (places.nextElement().openConnection() instanceof JarURLConnection jar
                    && jar.getJarFile().getName().endsWith("-tests.jar")) {
                jars.add(jar.getJarFile());
            }
        }
        return jars;
    }
}
