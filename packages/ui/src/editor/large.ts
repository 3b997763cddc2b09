/** Texts beyond this are not looked into while somebody types, in characters. */
export const LARGE = 1_000_000;

/** The server takes no larger request; in bytes, as good as in characters. */
export const LARGEST_DOCUMENT = 3 * 1024 * 1024;
