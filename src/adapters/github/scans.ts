/** Code scanning: what checks found, handed in as SARIF, where GitHub shows it among its own alerts. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { z } from 'zod';
import { errors } from '#core/errors.ts';
import type { Scan } from '#ports/forge.ts';
import type { Session } from './session.ts';

/** Bytes that GitHub takes, compressed; docs.github.com, "SARIF support for code scanning". */
const most = 10 * 1024 * 1024;

const Uploaded = z.object({ id: z.string() });

export async function putScan(session: Session, { commit, number, sarif }: Scan): Promise<void> {
  const doing = `take what was found at ${commit} into code scanning`;
  const packed = await promisify(gzip)(sarif);
  if (packed.byteLength > most) throw errors.forgeRejected(doing, 'it is larger than 10 MB');
  await session.scan.ask(doing, Uploaded, (rest) =>
    rest.codeScanning.uploadSarif({
      ...session.at,
      commit_sha: commit,
      ref: `refs/pull/${String(number)}/head`,
      sarif: packed.toString('base64'),
      tool_name: 'Sluice',
    }),
  );
}
