/** Change limits: how much of what commands left can become a change; what people review is far below. */

/** Bytes of one file, and of all together. */
export const maxFile = 1024 * 1024;
export const maxTotal = 16 * 1024 * 1024;
export const maxFiles = 5_000;
/** How many of those that cannot are told. */
export const maxRefused = 200;
