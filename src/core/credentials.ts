/** Credentials: what looks like a key, a token or a password in a text that is to be published. */
import { redact } from './redact.ts';

/**
 * Beside those that are masked in logs. They block, so that each has a form of its own: AWS, Google, Slack, Stripe, npm,
 * PyPI, GitLab, Hugging Face, SendGrid, DigitalOcean, Shopify, Docker, Telegram, Azure, age, addresses with a password.
 */
const shapes: readonly RegExp[] = [
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\baws_?secret_?access_?key\W{1,5}[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/i,
  /\bAIza[0-9A-Za-z_-]{35}/,
  /\bya29\.[0-9A-Za-z_-]{30,}/,
  /\bxox[abeoprs]-[0-9A-Za-z-]{20,}/,
  /hooks\.slack\.com\/services\/T[0-9A-Z]{6,}\/B[0-9A-Z]{6,}\/[0-9A-Za-z]{16,}/,
  /\b[rs]k_(?:live|test)_[0-9A-Za-z]{20,}/,
  /\bwhsec_[0-9A-Za-z+/]{24,}/,
  /\bnpm_[0-9A-Za-z]{36}\b/,
  /\bpypi-[0-9A-Za-z_-]{50,}/,
  /\bgl(?:pat|dt|ft|rt|soat)-[0-9A-Za-z_-]{20,}/,
  /\bhf_[0-9A-Za-z]{30,}/,
  /\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{32,}/,
  /\bdo[opr]_v1_[0-9a-f]{64}/,
  /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/,
  /\bdckr_(?:pat|oat)_[0-9A-Za-z_-]{24,}/,
  /\b[0-9]{8,10}:AA[0-9A-Za-z_-]{33}\b/,
  /\bAccountKey=[0-9A-Za-z+/]{60,}={0,2}/,
  /\bAGE-SECRET-KEY-1[0-9A-Z]{50,}/,
  /-----BEGIN PGP PRIVATE KEY BLOCK-----/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"`]+:(?!\$|<|\*|x{3}|pass|pw|secret\b)[^\s/@'"`]{6,}@[^\s/'"`]+/i,
];

/** A text that was written in base64 or hexadecimal to look like nothing. */
const packed = /[A-Za-z0-9+/_-]{40,}={0,2}|(?:[0-9a-fA-F]{2}){20,}/g;

export function holdsCredential(text: string): boolean {
  return isCredential(text) || unpacked(text).some(isCredential);
}

function isCredential(text: string): boolean {
  return shapes.some((shape) => shape.test(text)) || redact(text) !== text;
}

function unpacked(text: string): readonly string[] {
  return [...text.matchAll(packed)].flatMap(([found]) => [
    Buffer.from(found, 'base64').toString('latin1'),
    ...(/^[0-9a-fA-F]+$/.test(found) ? [Buffer.from(found, 'hex').toString('latin1')] : []),
  ]);
}

/** `password = "..."`: a name that says what it is, and a text that nobody would make up. */
const named =
  /(?:pass(?:word|wd|phrase)|secret|token|api_?key|private_?key|credential)\w*["']?\s*(?::|=|:=|=>)\s*["']([^"'\s]{16,})["']/gi;

/** Whether a text that is called a secret is as random as one: a guess, which is told and does not block. */
export function mayHoldSecret(text: string): boolean {
  return [...text.matchAll(named)].some(([, value = '']) => entropy(value) >= 3.5);
}

/** Bits for each character, by how often each stands in the text. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / text.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0);
}
