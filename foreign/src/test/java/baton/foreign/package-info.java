/** Software of others that has never heard of Baton, against a Baton server. */
package baton.foreign;
