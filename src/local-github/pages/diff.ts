/** A difference between two commits, with line numbers and colours. */
import type { DiffFile } from '#local-github/git/diff.ts';
import { counted, html, type Html } from './html.ts';
import { icon } from './parts.ts';

/** A file of more lines than this is folded up at first. */
const foldAbove = 400;

/** What stands at lines of the difference beside the difference itself. */
export interface Remarks {
  /** Below a file's heading. */
  readonly onFile: (path: string) => Html | readonly Html[];
  /** Below a line, by its numbers before and after. */
  readonly below: (path: string, line: LineNumbers) => readonly Html[];
  /** Whether something is said about the line. */
  readonly marks: (path: string, line: LineNumbers) => boolean;
}

export interface LineNumbers {
  readonly left: number | null;
  readonly right: number | null;
}

const noRemarks: Remarks = { onFile: () => [], below: () => [], marks: () => false };

/** `blobs` is the address in front of a file's path on the new side. */
export function diffView(files: readonly DiffFile[], blobs: string, remarks = noRemarks): Html {
  const added = files.reduce((sum, { additions }) => sum + additions, 0);
  const removed = files.reduce((sum, { deletions }) => sum + deletions, 0);
  return html`<p class="muted diff-sum">
      Showing <strong>${counted(files.length, 'changed file')}</strong> with
      <strong class="plus">${counted(added, 'addition')}</strong> and
      <strong class="minus">${counted(removed, 'deletion')}</strong>.
    </p>
    ${files.map((file) => fileView(file, blobs, remarks))}`;
}

function fileView(file: DiffFile, blobs: string, remarks: Remarks): Html {
  const { path, previousPath, status, additions, deletions, patch } = file;
  const lines = patch?.split('\n') ?? [];
  const name = previousPath === null ? path : `${previousPath} → ${path}`;
  const href = `${blobs}/${path.split('/').map(encodeURIComponent).join('/')}`;
  return html`<details
    class="diff-file"
    id="diff-${path}"
    ${lines.length <= foldAbove && html`open`}
  >
    <summary>
      ${icon('file')}<span class="path">${name}</span>
      ${status !== 'modified' && html`<span class="badge">${status}</span>`}
      <span class="spacer"></span>
      <span class="plus">+${additions}</span> <span class="minus">−${deletions}</span>
      ${status !== 'removed' && html`<a href="${href}">View file</a>`}
    </summary>
    ${remarks.onFile(path)}
    ${
      patch === null
        ? html`<p class="empty">
            No text to show: the file is binary, or only its name or mode changed.
          </p>`
        : html`<div class="scroll">
            <table class="diff">
              <tbody>
                ${diffRows(lines, path, remarks)}
              </tbody>
            </table>
          </div>`
    }
  </details>`;
}

const kinds: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', ' ': 'same' };

function diffRows(lines: readonly string[], path: string, remarks: Remarks): Html[] {
  let before = 0;
  let after = 0;
  return lines.flatMap((line) => {
    const sign = line.charAt(0);
    const start = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(line);
    if (start) [before, after] = [Number(start[1]), Number(start[2])];
    const kind = kinds[sign];
    if (start || kind === undefined)
      return html`<tr class="hunk">
        <td></td>
        <td></td>
        <td><code>${line}</code></td>
      </tr>`;
    const old = sign === '+' ? null : before++;
    const fresh = sign === '-' ? null : after++;
    const at = { left: old, right: fresh };
    const row = html`<tr class="${kind}${remarks.marks(path, at) && ' marked'}">
      <td class="number">${old}</td>
      <td class="number">${fresh}</td>
      <td class="code">
        <span class="sign" aria-hidden="true">${sign}</span><code>${line.slice(1)}</code>
      </td>
    </tr>`;
    const below = remarks.below(path, at);
    if (below.length === 0) return [row];
    return [
      row,
      html`<tr class="remarks">
        <td colspan="3">${below}</td>
      </tr>`,
    ];
  });
}
