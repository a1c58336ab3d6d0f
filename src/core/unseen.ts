/** Unseen: characters that people do not see where they read text, by family, with those that belong to what is seen. */

/** Direction marks, zero-width and filler characters, tags, variation selectors, and controls that no text needs. */
const families = [
  String.raw`(?![\t\n\r])\p{Cc}`,
  String.raw`\p{Cf}`,
  String.raw`\p{Variation_Selector}`,
  // Fillers that are letters by category: the grapheme joiner, Hangul and Khmer ones.
  String.raw`[\u034F\u115F\u1160\u17B4\u17B5\u3164\uFFA0]`,
  String.raw`[\u{E0000}-\u{E0FFF}]`,
];

/** Invisible characters that belong to what is seen: flags of regions, emoji sequences, joiners of scripts that need them. */
const meant = [
  String.raw`\u{1F3F4}[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{2,6}\u{E007F}`,
  String.raw`[\p{Extended_Pictographic}\p{Emoji_Modifier}]\uFE0F?(?:\u200D(?=\p{Extended_Pictographic}))?`,
  String.raw`[0-9#*]\uFE0F\u20E3`,
  // One after another: in one class they would read as combined with the letters.
  String.raw`(?:${['Arabic', 'Devanagari', 'Bengali', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'].map((name) => String.raw`\p{Script=${name}}`).join('|')})(?:\u200C|\u200D)(?=\p{L}|\p{M})`,
];

const characters = new RegExp(`(${meant.join('|')})|${families.join('|')}`, 'gu');

/** Escape sequences of terminals, whole: colours, titles, links, the clipboard. */
const terminal =
  // eslint-disable-next-line no-control-regex -- these are the characters to be found.
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]{0,4000}(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/g;

/** Text as it is read: `\n` ends each line, and nothing in it moves a cursor or is there without being seen. */
export function readable(text: string): string {
  return withoutUnseen(text.replace(terminal, '').replace(/\r\n?|[\u2028\u2029]/g, '\n')).text;
}

/** The text without what cannot be seen, and how much was taken out. Bytes that are no text become U+FFFD. */
export function withoutUnseen(text: string): { readonly text: string; readonly count: number } {
  let count = 0;
  const clean = text.toWellFormed().replace(characters, (_found, kept: string | undefined) => {
    if (kept === undefined) count += 1;
    return kept ?? '';
  });
  return { text: clean, count };
}
