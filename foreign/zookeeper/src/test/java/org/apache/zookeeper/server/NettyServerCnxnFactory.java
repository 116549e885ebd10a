package org.apache.zookeeper.server;

/** Stands before Apache's class of this name on the class path of its tests. */
public class NettyServerCnxnFactory extends BatonPort {}
