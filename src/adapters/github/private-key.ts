/** The App's private key, from a file or a variable, in the one form that every library here reads. */
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errors } from '#core/errors.ts';

/**
 * PEM in PKCS #8. The text may be PEM with its line ends or with `\n` written out, or base64 of PEM.
 * Throws invalid `setting-invalid`; the message never holds any of the key.
 */
export async function readPrivateKey(
  source: { readonly text: string } | { readonly path: string },
): Promise<string> {
  if ('text' in source) return pem(source.text, 'PRIVATE_KEY');
  try {
    return pem(await readFile(source.path, 'utf8'), 'PRIVATE_KEY_PATH');
  } catch (thrown) {
    if (!(thrown instanceof Error && 'syscall' in thrown)) throw thrown;
    const hint = 'Give the path of the .pem file, readable for the account that runs the app.';
    throw errors.settingInvalid('PRIVATE_KEY_PATH', `cannot be opened (${thrown.message})`, hint);
  }
}

function pem(text: string, name: string): string {
  const plain = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
  try {
    return createPrivateKey(plain.replaceAll('\\n', '\n'))
      .export({ type: 'pkcs8', format: 'pem' })
      .toString();
  } catch {
    // The library's message may quote the text, which is a secret.
    const hint = "Generate a key on the App's settings page and give the whole downloaded file.";
    throw errors.settingInvalid(name, 'does not hold a private key in PEM', hint);
  }
}
