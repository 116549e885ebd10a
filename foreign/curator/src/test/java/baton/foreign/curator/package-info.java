/** Which of Curator's own tests are left out, and why. */
package baton.foreign.curator;
