/** The addresses outside of repositories: the App's settings as GitHub has them, and what only this double has. */
import type { IncomingMessage } from 'node:http';
import { notFound } from '#local-github/refusal.ts';
import { deliveriesPage, pressDeliveries, repositoriesPage } from './deliveries.ts';
import { faultsPage, pressFaults } from './faults.ts';
import { readForm } from './form.ts';
import { html } from './html.ts';
import { installationsPage, pressInstallations } from './installations.ts';
import { markdown } from './markdown.ts';
import type { Answer } from './route.ts';
import type { Page, Visit } from './view.ts';

interface Place {
  readonly page: (visit: Visit) => Page;
  /** Where to go once the form's button did what it says. */
  readonly press?: (visit: Visit, form: URLSearchParams) => string;
}

const places: Readonly<Record<string, Place>> = {
  '/': { page: repositoriesPage },
  '/settings/apps/:app/advanced': { page: deliveriesPage, press: pressDeliveries },
  '/settings/installations': { page: installationsPage, press: pressInstallations },
  '/-/faults': { page: faultsPage, press: ({ github }, form) => pressFaults(github, form) },
  '/-/rules': { page: rulesPage },
};

/** What stands at this address, by its name in the table; GitHub's own address of one installation is that of all. */
export function siteAddress(pathname: string, slug: string): string | undefined {
  const general = pathname
    .replace(`/settings/apps/${slug}/`, '/settings/apps/:app/')
    .replace(/^(\/settings\/installations)\/\d+$/, '$1');
  return Object.hasOwn(places, general) ? general : undefined;
}

/** Throws 404 where there is nothing, or nothing to press. */
export async function answerSite(
  visit: Visit,
  address: string,
  request: IncomingMessage,
): Promise<Answer> {
  const place = places[address];
  if (!place) throw notFound();
  if (request.method !== 'POST') return { page: place.page(visit) };
  if (!place.press) throw notFound();
  const form = await readForm(request, new URL(visit.github.url).host);
  return { redirect: place.press(visit, form) };
}

function rulesPage({ github }: Visit): Page {
  if (github.rules === undefined) throw notFound();
  return {
    title: 'Rules · Local GitHub',
    topics: [],
    content: html`<header class="heading">
        <h2>Rules</h2>
        <p class="muted">
          What this double promises to do as GitHub does, and where that is stated. Those marked
          live can be held against a real repository by <code>doctor --live</code>.
        </p>
      </header>
      <div class="box markdown">${markdown(github.rules(), { repository: '' })}</div>`,
  };
}
