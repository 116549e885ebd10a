/** Apache ZooKeeper's own tests, as they come, against Baton servers. */
package baton.foreign.zookeeper;
