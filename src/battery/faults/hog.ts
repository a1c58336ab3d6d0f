/** Hog: a program for Node that takes 320 MiB of memory, and says `ran` when it got them. */
export const hog =
  'const all = []; for (let at = 0; at < 80; at += 1) all.push(Buffer.alloc(2 ** 22, at)); console.log("ran");';
