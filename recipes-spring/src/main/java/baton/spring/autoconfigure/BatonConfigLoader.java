package baton.spring.autoconfigure;

import baton.spring.StartRefusedException;
import baton.spring.config.ConfigImport;
import baton.spring.config.ImportRefusedException;
import java.util.List;
import org.springframework.boot.context.config.ConfigData;
import org.springframework.boot.context.config.ConfigDataLoader;
import org.springframework.boot.context.config.ConfigDataLoaderContext;

/** Reads what {@link BatonConfigLocationResolver} found; the sources it gives follow the store from then on. */
final class BatonConfigLoader implements ConfigDataLoader<BatonConfigResource> {

    @Override
    public ConfigData load(ConfigDataLoaderContext context, BatonConfigResource resource) {
        ConfigImport what = resource.what();
        BootstrapClient client = resource.client();
        if (what == null || client == null) {
            return ConfigData.EMPTY;
        }
        try {
            return new ConfigData(
                    List.of(client.imports().load(what, resource.atMost())), ConfigData.Option.IGNORE_PROFILES);
        } catch (ImportRefusedException refused) {
            client.close();
            throw new StartRefusedException(
                    "The configuration import " + refused.getMessage() + ".", remedy(refused.why(), what));
        } catch (InterruptedException interrupted) {
            client.close();
            Thread.currentThread().interrupt();
            throw new StartRefusedException(
                    "The start was interrupted while it waited for the configuration import " + what + ".",
                    "Start again.");
        }
    }

    private static String remedy(ImportRefusedException.Why why, ConfigImport what) {
        String without = " Or start without it: optional:" + what + ".";
        return switch (why) {
            case UNREACHABLE ->
                "Start the store, correct baton.connect, or give it more time with baton.config.import-timeout."
                        + without;
            case NO_NODE -> "Create the node; paths lie below baton.config.namespace." + without;
            case DENIED ->
                "Set baton.auth.digest.username and baton.auth.digest.password to an identity that may read it, or"
                        + " change the node's access list." + without;
            case MALFORMED -> "Correct the document at the place it names." + without;
        };
    }
}
