package baton.spring.autoconfigure;

import baton.core.NodePath;
import baton.spring.StartRefusedException;
import baton.spring.config.ConfigImport;
import baton.spring.config.ConfigImport.Presence;
import baton.spring.config.DocumentFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.config.ConfigDataLocation;
import org.springframework.boot.context.config.ConfigDataLocationResolver;
import org.springframework.boot.context.config.ConfigDataLocationResolverContext;
import org.springframework.boot.context.config.Profiles;
import org.springframework.boot.context.properties.bind.Binder;

/**
 * Resolves {@code spring.config.import=baton:}, with or without a path.
 *
 * <p>Everything is resolved when the profiles are known, because they say what is read and in which order.
 */
final class BatonConfigLocationResolver implements ConfigDataLocationResolver<BatonConfigResource> {
    private static final String PREFIX = "baton:";

    @Override
    public boolean isResolvable(ConfigDataLocationResolverContext context, ConfigDataLocation location) {
        return location.hasPrefix(PREFIX);
    }

    @Override
    public List<BatonConfigResource> resolve(ConfigDataLocationResolverContext context, ConfigDataLocation location) {
        return List.of();
    }

    @Override
    public List<BatonConfigResource> resolveProfileSpecific(
            ConfigDataLocationResolverContext context, ConfigDataLocation location, Profiles profiles) {
        Binder binder = context.getBinder();
        if (!binder.bind("baton.enabled", Boolean.class).orElse(true)) {
            return List.of(BatonConfigResource.nothing());
        }
        BatonProperties.Config config = binder.bindOrCreate("baton.config", BatonProperties.Config.class);
        String path = location.getNonPrefixedValue(PREFIX).strip();
        List<ConfigImport> imports = path.isEmpty()
                ? tree(binder, config, location.isOptional(), profiles)
                : List.of(one(
                        path,
                        location.toString(),
                        config,
                        profiles,
                        location.isOptional() ? Presence.OPTIONAL : Presence.REQUIRED));
        BootstrapClient client = BootstrapClient.of(context.getBootstrapContext(), binder, profiles.getActive());
        return imports.stream()
                .map(each -> new BatonConfigResource(each, client, config.importTimeout()))
                .toList();
    }

    /** What all applications have in common, then what is this one's; each without a profile first. */
    private static List<ConfigImport> tree(
            Binder binder, BatonProperties.Config config, boolean optional, Profiles profiles) {
        List<String> names = new ArrayList<>();
        names.add(config.defaultContext());
        binder.bind("spring.application.name", String.class)
                .ifBound(name -> names.add(name.startsWith("/") ? name.substring(1) : name));
        List<ConfigImport> imports = new ArrayList<>();
        for (String name : names) {
            String path = "/" + config.root().replaceFirst("^/", "") + "/" + name;
            Presence presence = optional ? Presence.OPTIONAL : Presence.MAY_BE_ABSENT;
            imports.add(one(path, PREFIX, config, profiles, presence));
            for (String profile : profiles.getAccepted()) {
                imports.add(one(path + config.profileSeparator() + profile, PREFIX, config, profiles, presence));
            }
        }
        return imports;
    }

    private static ConfigImport one(
            String path, String location, BatonProperties.Config config, Profiles profiles, Presence presence) {
        try {
            Optional<DocumentFormat> format =
                    DocumentFormat.ofName(path).or(() -> Optional.ofNullable(config.format()));
            return new ConfigImport(NodePath.of(path), format, profiles.getAccepted(), presence);
        } catch (IllegalArgumentException malformed) {
            throw new StartRefusedException(
                    "The import " + location + " names no node: " + malformed.getMessage() + ".",
                    "Write baton:/config/orders, or baton: alone for the tree below baton.config.root.");
        }
    }
}
