/** The only script of the pages: parts marked `data-live` are fetched again and replaced when the server says so. */

export const liveScript = `
'use strict';
const parts = (root) => new Map([...root.querySelectorAll('[data-live]')].map((part) => [part.dataset.live, part]));
const seen = new Set([...document.querySelectorAll('[data-live] [id]')].map(({ id }) => id));
const sources = new Map([...parts(document)].map(([name, part]) => [name, part.innerHTML]));
let again = false;
let busy = false;

function ages() {
  const units = [['day', 86400], ['hour', 3600], ['minute', 60]];
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  for (const element of document.querySelectorAll('time')) {
    const seconds = (Date.now() - Date.parse(element.dateTime)) / 1000;
    const [unit, size] = units.find((each) => seconds >= each[1]) ?? ['now', 1];
    element.textContent = unit === 'now' ? 'just now' : format.format(-Math.floor(seconds / size), unit);
  }
}

async function refresh() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const old = parts(document);
    for (const [name, part] of parts(fresh)) {
      const before = old.get(name);
      // A part in which one is just typing or choosing stays.
      const typing = before?.contains(document.activeElement) && document.activeElement.matches('textarea, input, select');
      if (!before || typing || sources.get(name) === part.innerHTML) continue;
      const opened = [...before.querySelectorAll('details[open][id]')].map(({ id }) => id);
      const closed = [...before.querySelectorAll('details:not([open])[id]')].map(({ id }) => id);
      sources.set(name, part.innerHTML);
      before.replaceWith(part);
      for (const id of opened) document.getElementById(id)?.setAttribute('open', '');
      for (const id of closed) document.getElementById(id)?.removeAttribute('open');
      for (const element of part.querySelectorAll('[id]')) {
        if (!seen.has(element.id)) element.classList.add('fresh');
        seen.add(element.id);
      }
    }
    if (fresh.title !== '') document.title = fresh.title;
    ages();
  } finally {
    busy = false;
    if (again) { again = false; setTimeout(refresh, 100); }
  }
}

let source;
function listen() {
  const topics = document.body.dataset.topics;
  if (topics === '' || source) return;
  source = new EventSource('/-/changes?' + new URLSearchParams({ topics }));
  let lost = false;
  source.addEventListener('changed', () => refresh());
  source.addEventListener('error', () => { lost = true; });
  source.addEventListener('open', () => { if (lost) refresh(); lost = false; });
}

// Browsers allow six connections to a server: a page that nobody sees gives its own back.
document.addEventListener('visibilitychange', () => {
  if (document.hidden) { source?.close(); source = undefined; } else { listen(); refresh(); }
});
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-submit]')) event.target.form.requestSubmit();
});
ages();
setInterval(ages, 20000);
listen();
`;
