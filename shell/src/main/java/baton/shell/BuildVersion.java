package baton.shell;

import picocli.CommandLine.IVersionProvider;

/** The version this build was packaged as. */
final class BuildVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String packaged = BuildVersion.class.getPackage().getImplementationVersion();
        String java = Runtime.version().toString();
        return new String[] {"baton " + (packaged == null ? "(not packaged)" : packaged) + ", Java " + java};
    }
}
