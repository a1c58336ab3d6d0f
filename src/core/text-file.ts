/** A text file taken apart so that each line keeps its own ending: joined again it is the same to the byte. */

export interface TextLine {
  readonly text: string;
  /** `\n`, `\r\n`, or nothing at the end of a file. */
  readonly end: string;
}

export interface TextFile {
  /** The byte order mark, or nothing. */
  readonly mark: string;
  readonly lines: readonly TextLine[];
  /** The line ending that most lines have; `\n` when there is none. */
  readonly end: string;
  readonly finalEnd: boolean;
}

export function splitText(text: string): TextFile {
  const mark = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const lines = [...text.slice(mark.length).matchAll(/([^\n]*?)(\r?\n|$)/g)]
    .map(([, line = '', end = '']) => ({ text: line, end }))
    .filter(({ text: line, end }) => line + end !== '');
  const windows = lines.filter(({ end }) => end === '\r\n').length;
  const unix = lines.filter(({ end }) => end === '\n').length;
  return { mark, lines, end: windows > unix ? '\r\n' : '\n', finalEnd: lines.at(-1)?.end !== '' };
}
