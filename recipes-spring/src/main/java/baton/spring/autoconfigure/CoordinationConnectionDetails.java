package baton.spring.autoconfigure;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Where the coordination core is; a bean of this type goes before {@code baton.connect}, and its bundle before
 * {@code baton.ssl}. With {@code baton.core} set the properties are followed, and both are ignored.
 */
public interface CoordinationConnectionDetails extends ConnectionDetails {
    /** The servers, each as in {@code baton.connect}. */
    List<String> servers();

    /** How connections to them are encrypted; null if that is for {@code baton.ssl} to say. Read once. */
    default @Nullable SslBundle getSslBundle() {
        return null;
    }
}
