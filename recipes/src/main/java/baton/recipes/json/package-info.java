/** JSON for small documents: owner info, descriptions, envelopes. No reflection, no dependency, nothing streamed. */
@NullMarked
package baton.recipes.json;

import org.jspecify.annotations.NullMarked;
