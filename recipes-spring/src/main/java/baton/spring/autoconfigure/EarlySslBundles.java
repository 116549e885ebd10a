package baton.spring.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.springframework.boot.autoconfigure.ssl.JksSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.PropertiesSslBundle;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/**
 * The SSL bundles that properties define, for the time before there is a context that has them as a bean. They are read
 * when asked for, and nobody watches their files yet.
 *
 * @param properties below {@code spring.ssl}
 */
record EarlySslBundles(SslProperties properties) implements SslBundles {

    static EarlySslBundles of(Binder binder) {
        return new EarlySslBundles(binder.bindOrCreate("spring.ssl", SslProperties.class));
    }

    @Override
    public SslBundle getBundle(String name) {
        PemSslBundleProperties pem = properties.getBundle().getPem().get(name);
        if (pem != null) {
            return PropertiesSslBundle.get(pem, ApplicationResourceLoader.get());
        }
        JksSslBundleProperties jks = properties.getBundle().getJks().get(name);
        if (jks != null) {
            return PropertiesSslBundle.get(jks, ApplicationResourceLoader.get());
        }
        throw new NoSuchSslBundleException(name, "no properties below spring.ssl.bundle");
    }

    @Override
    public List<String> getBundleNames() {
        List<String> names = new ArrayList<>(properties.getBundle().getPem().keySet());
        names.addAll(properties.getBundle().getJks().keySet());
        return names;
    }

    /** Nothing changes before the context is there. */
    @Override
    public void addBundleUpdateHandler(String name, Consumer<SslBundle> handler) {}

    /** Nothing is registered before the context is there. */
    @Override
    public void addBundleRegisterHandler(BiConsumer<String, SslBundle> handler) {}
}
