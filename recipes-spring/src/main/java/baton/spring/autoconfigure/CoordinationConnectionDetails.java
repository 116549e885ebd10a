package baton.spring.autoconfigure;

import java.util.List;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/** Where the coordination core is; a bean of this type goes before {@code baton.connect}. */
public interface CoordinationConnectionDetails extends ConnectionDetails {
    /** The servers, each as in {@code baton.connect}. */
    List<String> servers();
}
