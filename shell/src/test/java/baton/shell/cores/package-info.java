/** All cores side by side: what the documents say of them, and the long runs that need several processes. */
@NullMarked
package baton.shell.cores;

import org.jspecify.annotations.NullMarked;
