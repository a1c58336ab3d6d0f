/** Secrets: no added line holds what looks like a credential, or characters that people cannot see. */
import { lineDifference } from '#core/line-diff.ts';
import { redact } from '#core/redact.ts';
import type { Gate } from './gate.ts';
import { listed, verdict } from '#policy/reasons.ts';

/** Beside those that are masked in logs: AWS, Google, Slack, Stripe, npm. Few false alarms: they block. */
const shapes =
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[0-9A-Za-z_-]{35}\b|\bxox[abprs]-[0-9A-Za-z-]{20,}|\b[rs]k_live_[0-9A-Za-z]{20,}|\bnpm_[0-9A-Za-z]{36}\b/;

/** Direction marks, zero-width and tag characters, as in "Trojan Source". */
const hidden = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\u{e0000}-\u{e007f}]/u;

export const secrets: Gate = {
  name: 'secrets',
  asks: 'No added line holds a credential or hidden characters.',
  decide({ change, originals }) {
    const added = change.files.map(({ path, content }) => ({
      path,
      lines: lineDifference(originals.get(path) ?? undefined, content?.text).added,
    }));
    const having = (looks: (line: string) => boolean) =>
      added.filter(({ lines }) => lines.some(looks)).map(({ path }) => path);
    const leaking = having((line) => shapes.test(line) || redact(line) !== line);
    const unseen = having((line) => hidden.test(line));
    return verdict('secrets', [
      ...(leaking.length > 0
        ? [`What looks like a credential is added in ${listed(leaking)}.`]
        : []),
      ...(unseen.length > 0
        ? [`Characters that cannot be seen are added in ${listed(unseen)}.`]
        : []),
    ]);
  },
};
