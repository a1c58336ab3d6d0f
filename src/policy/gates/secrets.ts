/** Secrets: no added line and no new name holds what looks like a credential. It blocks: what is masked may still be guessed. */
import { holdsCredential, mayHoldSecret } from '#core/credentials.ts';
import { addedLines } from '#policy/added-lines.ts';
import type { Gate } from './gate.ts';
import { listed } from '#policy/reasons.ts';

/** Files that hold keys and nothing else. */
const keyFiles = /(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$|\.(?:pem|p12|pfx|jks|keystore|ppk|kdbx)$/i;

export const secrets: Gate = {
  name: 'secrets',
  asks: 'No added line and no new file name holds a credential.',
  decide(facts) {
    const added = addedLines(facts);
    // A name that holds one is not said again.
    const names = added.filter(({ path }) => holdsCredential(path));
    const others = added.filter((file) => !names.includes(file));
    const leaking = others.filter(({ lines }) => holdsCredential(lines.join('\n')));
    const keys = others.filter(
      ({ path, lines, before }) => before === undefined && lines.length > 0 && keyFiles.test(path),
    );
    const guessed = others.filter(({ lines }) => lines.some(mayHoldSecret));
    const blocks = [
      ...(names.length > 0 ? ['The name of a file holds what looks like a credential.'] : []),
      ...told('What looks like a credential is added in', leaking),
      ...told('Files for keys are added', keys),
    ];
    const warns = told('What may be a secret is added in', guessed);
    const answer = blocks.length > 0 ? 'block' : warns.length > 0 ? 'warn' : 'pass';
    return { gate: 'secrets', answer, reasons: [...blocks, ...warns] };
  },
};

function told(sentence: string, files: readonly { readonly path: string }[]): readonly string[] {
  return files.length === 0 ? [] : [`${sentence} ${listed(files.map(({ path }) => path))}.`];
}
