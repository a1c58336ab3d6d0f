/** The page of faults: which kinds there are, which are on and how often they struck, with buttons to switch them. */
import { faultKinds } from '#local-github/faults/all.ts';
import type { FaultKind } from '#local-github/faults/fault.ts';
import { Refusal } from '#local-github/refusal.ts';
import { FaultError, readFaultText } from '#local-github/trouble/read.ts';
import type { Active } from '#local-github/trouble/switchboard.ts';
import { html, type Html } from './html.ts';
import type { Page, Site, Visit } from './view.ts';

export function faultsPage({ github }: Visit): Page {
  const on = github.faults.list();
  return {
    title: 'Faults · Local GitHub',
    topics: ['faults'],
    content: html`<header class="heading">
        <h2>Faults</h2>
        <p class="muted">
          What goes wrong here because somebody wants to see what the App does then. Programs switch
          them at <code>/_local/faults</code>.
        </p>
      </header>
      <form class="box new-issue" method="post" action="/-/faults">
        <label for="fault">Switch on</label>
        <input
          id="fault"
          name="fault"
          required
          placeholder="secondary-limit method=POST path=/repos/*/comments nth=2 seconds=30"
        />
        <p class="buttons">
          <span class="muted small-text">kind name=value …; * is any text</span>
          <span class="spacer"></span>
          <button class="primary" name="action" value="add">Switch on</button>
        </p>
      </form>
      <div class="box" data-live="faults">
        ${on.length === 0 && html`<p class="empty">Nothing goes wrong just now.</p>`}
        ${on.map(activeRow)}
      </div>
      <header class="heading"><h3>Kinds</h3></header>
      <div class="box">${faultKinds.map(kindRow)}</div>`,
  };
}

function activeRow({ id, fault, matched, struck }: Active): Html {
  const { kind, ...rest } = fault;
  const pattern = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`);
  return html`<form class="row" method="post" action="/-/faults" id="fault-${id}">
    <input type="hidden" name="id" value="${id}" />
    <div class="row-text">
      <p class="row-title"><strong>${kind}</strong> <code>${pattern.join(' ')}</code></p>
      <p class="muted small-text">struck ${struck} of ${matched} that matched</p>
    </div>
    <button class="small" name="action" value="remove">Switch off</button>
  </form>`;
}

function kindRow({ name, about, of, takes }: FaultKind): Html {
  const pattern = of === 'webhook' ? ['event'] : ['method', 'path', 'on'];
  return html`<div class="row">
    <div class="row-text">
      <p class="row-title"><strong>${name}</strong> ${about}</p>
      <p class="muted small-text">${[...pattern, 'nth', 'times', ...takes].join(' ')}</p>
    </div>
  </div>`;
}

/** Throws 422 on what is no fault. */
export function pressFaults({ faults }: Site, form: URLSearchParams): string {
  if (form.get('action') === 'remove') {
    faults.remove(Number(form.get('id')));
    return '/-/faults';
  }
  try {
    faults.add(readFaultText(form.get('fault') ?? ''));
  } catch (thrown) {
    if (!(thrown instanceof FaultError)) throw thrown;
    throw new Refusal(422, thrown.message);
  }
  return '/-/faults';
}
