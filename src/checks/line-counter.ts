/** Line counter: tells in which line of a text a character stands. */

/** The line of a place, both from the text's beginning, the line counted from 1. */
export function lineCounter(text: string): (place: number) => number {
  const ends: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) ends.push(at);
  return (place) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? Infinity) < place) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
