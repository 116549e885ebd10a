package baton.recipes.config;

/**
 * Why a new value was not taken. The last good one stays.
 *
 * @param reason what is wrong with it
 * @param revision at which it was written
 * @param excerpt the first {@value #EXCERPT_MAX} characters of it
 */
public record Rejection(String reason, long revision, String excerpt) {
    public static final int EXCERPT_MAX = 120;
}
