/** Change: edits to files on a base commit; how two of them are compared, merged and named by a hash. */
import { createHash } from 'node:crypto';

/** Content of a file: text where it is valid UTF-8, else base64. Plain data, so that a step can keep it. */
export interface Blob {
  readonly encoding: 'utf-8' | 'base64';
  readonly text: string;
}

export type FileMode = '100644' | '100755';

/** One file after the change; `content: null` means that the file is deleted. */
export interface FileChange {
  /** Relative to the repository's root, with forward slashes. */
  readonly path: string;
  readonly mode: FileMode;
  readonly content: Blob | null;
}

export interface Change {
  /** The commit that the change is made on. */
  readonly base: string;
  readonly origin: 'model' | 'generator' | 'human';
  readonly message: string;
  readonly files: readonly FileChange[];
}

/** Later files win over earlier ones of the same path; the result is sorted by path. */
export function mergeFiles(...lists: readonly (readonly FileChange[])[]): readonly FileChange[] {
  const byPath = new Map(lists.flat().map((file) => [file.path, file]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The same files with the same content give the same name, whatever their order. SHA-256, hexadecimal. */
export function hashFiles(files: readonly FileChange[]): string {
  const hash = createHash('sha256');
  for (const { path, mode, content } of mergeFiles(files)) {
    hash.update(JSON.stringify([path, mode, content?.encoding ?? null, content?.text ?? null]));
  }
  return hash.digest('hex');
}

export function textBlob(text: string): Blob {
  return { encoding: 'utf-8', text };
}

/** Bytes as a Blob: text when they are valid UTF-8 without NUL, base64 otherwise. */
export function blobOf(bytes: Uint8Array): Blob {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.includes('\0')) return { encoding: 'utf-8', text };
  } catch {
    // Not UTF-8: kept as bytes below.
  }
  return { encoding: 'base64', text: Buffer.from(bytes).toString('base64') };
}

export function bytesOf(blob: Blob): Uint8Array {
  return Buffer.from(blob.text, blob.encoding);
}
