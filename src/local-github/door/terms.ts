/** What a request may say of how it wants to be answered: GitHub's versions and media types. */
import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '#local-github/refusal.ts';

const versions = ['2022-11-28', '2026-03-10'];

/** The version that is answered in. Throws 400 on one that GitHub does not have. */
export function versionOf({ 'x-github-api-version': asked }: IncomingHttpHeaders): string {
  const [oldest = ''] = versions;
  const version = asked === undefined ? oldest : String(asked);
  if (versions.includes(version)) return version;
  throw new Refusal(400, `The API version "${version}" is not supported.`);
}

const known =
  /^(\*\/\*|application\/(\*|json|octet-stream|vnd\.github\b.*|sarif\+json)|text\/(\*|html))$/;

/** Throws 415 when none of the media types is one that GitHub answers in. */
export function checkAccept({ accept }: IncomingHttpHeaders): void {
  if (accept === undefined || accept.trim() === '') return;
  const types = accept.split(',').map((type) => type.split(';')[0]?.trim().toLowerCase() ?? '');
  if (types.some((type) => known.test(type))) return;
  throw new Refusal(
    415,
    `Unsupported 'Accept' header: '${accept}'. Must accept 'application/json'.`,
  );
}
