package org.apache.zookeeper.server.embedded;

import baton.foreign.zookeeper.BatonBehind;
import org.apache.zookeeper.client.FourLetterWordMain;

/** Stands before Apache's class of this name, which looks for beans: ours is asked over the wire. */
public class ZookeeperServeInfo {
    /** What {@code srvr} tells. */
    public static class ServerInfo {
        private final String text;

        ServerInfo(String text) {
            this.text = text;
        }

        public boolean isStandaloneMode() {
            return text.contains("Mode: standalone\n");
        }

        /** Apache's beans say so of whoever stands alone, too. */
        public boolean isLeader() {
            return isStandaloneMode();
        }
    }

    public static ServerInfo getStatus(String bean) throws Exception {
        return new ServerInfo(FourLetterWordMain.send4LetterWord("127.0.0.1", BatonBehind.portOfNewest(), "srvr"));
    }
}
