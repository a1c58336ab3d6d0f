/** The pages as a browser without a script meets them, over HTTP. */
import { createSign } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LocalGitHub, startLocalGitHub } from '#local-github/local-github.ts';

const hostileText = '"><img src=x onerror=alert(1)><script>alert(1)</script>';

let github: LocalGitHub;
let pull: number;
let run: number;
let head: string;

beforeAll(async () => {
  github = await startLocalGitHub({
    notice: `A replay. ${hostileText}`,
    // Nobody listens: the log shows failures, and what is sent is compared all the same.
    hookUrl: 'http://127.0.0.1:9/hooks',
    world: {
      users: [
        { login: 'ada', name: 'Ada', role: 'maintain' },
        { login: 'ben', name: 'Ben', role: 'write' },
        { login: 'eve', role: 'read' },
        { login: 'mallory', name: hostileText, role: 'read' },
      ],
      repositories: [
        {
          name: 'acme/ledger',
          description: hostileText,
          files: {
            'README.md': '# Ledger\n\nSee [the sources](src) and [split](src/split.ts).\n',
            'src/split.ts': 'export const rest = 0; // <b>"cents"</b>\n',
          },
          labels: [
            'bug',
            { name: 'sluice', color: '0e8a16', description: 'Starts a run' },
            { name: hostileText.slice(0, 40), color: 'ff0000' },
          ],
          issues: [
            { title: 'Cents are lost', body: '**Three** people.', author: 'eve', labels: ['bug'] },
            {
              title: hostileText,
              body: hostileText,
              author: 'mallory',
              comments: [{ author: 'mallory', body: hostileText }],
            },
            { title: 'Done long ago', state: 'closed' },
          ],
        },
      ],
    },
  });
  await proposeAsApp();
});

afterAll(() => github.stop());

/** A branch, a draft pull request and two checks, made as the App makes them. */
async function proposeAsApp(): Promise<void> {
  const jwt = appJwt();
  const api = (token: string) => async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${github.url}/api/v3${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    expect(answer.ok, `${method} ${path}`).toBe(true);
    return (await answer.json()) as Record<string, never>;
  };
  const [{ id }] = (await api(jwt)('GET', '/app/installations')) as unknown as [{ id: number }];
  const { token } = await api(jwt)('POST', `/app/installations/${id}/access_tokens`, {});
  const call = api(token!);
  const root = '/repos/acme/ledger';
  const base = await call('GET', `${root}/git/ref/heads/main`);
  const { sha } = base.object!;
  const content = 'export const rest = 1; // <b>"cents"</b>\n';
  const tree = await call('POST', `${root}/git/trees`, {
    base_tree: sha,
    tree: [{ path: 'src/split.ts', mode: '100644', type: 'blob', content }],
  });
  const message = `Keep the cents ${hostileText}`;
  const commit = await call('POST', `${root}/git/commits`, {
    message,
    tree: tree.sha,
    parents: [sha],
  });
  head = commit.sha!;
  await call('POST', `${root}/git/refs`, { ref: 'refs/heads/sluice/1-cents', sha: head });
  const title = 'Keep the cents';
  const body = `Fixes #1\n\n${hostileText}`;
  const made = await call('POST', `${root}/pulls`, {
    title,
    body,
    head: 'sluice/1-cents',
    base: 'main',
    draft: true,
  });
  pull = made.number!;
  const annotation = {
    path: 'src/split.ts',
    start_line: 1,
    end_line: 1,
    annotation_level: 'warning',
    message: hostileText,
  };
  const output = {
    title: hostileText,
    summary: `Red, then **green**. ${hostileText}`,
    annotations: [annotation],
  };
  const check = await call('POST', `${root}/check-runs`, {
    name: 'sluice/proof',
    head_sha: head,
    conclusion: 'success',
    output,
  });
  run = check.id!;
  await call('POST', `${root}/check-runs`, {
    name: 'sluice/tests',
    head_sha: head,
    status: 'in_progress',
  });
}

function appJwt(): string {
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 30, exp: now + 300, iss: String(github.app.id) })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(github.app.privateKey, 'base64url')}`;
}

interface Visit {
  readonly as?: string;
  readonly form?: Record<string, string>;
  readonly origin?: string;
}

/** What a browser does: asks for HTML, names the origin of a form, does not follow a redirect by itself here. */
async function visit(path: string, { as = 'ada', form, origin = github.url }: Visit = {}) {
  const answer = await fetch(github.url + path, {
    redirect: 'manual',
    headers: { accept: 'text/html', cookie: `acting_as=${as}`, ...(form ? { origin } : {}) },
    ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** As a browser asks that was told that this name leads here. */
async function askedAs(host: string, path: string) {
  const headers = { accept: 'text/html', host };
  const asked = request(github.url + path, { headers, agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, text: await textOf(answer) };
}

function issueNumbered(number: number) {
  return github.state.repositories[0]!.issues.get(number)!;
}

describe('what a page shows', () => {
  test('the home of a repository: description, files and the README with working links', async () => {
    const { status, text } = await visit('/acme/ledger');
    expect(status).toBe(200);
    expect(text).toContain('<h1>Ledger</h1>');
    expect(text).toContain('href="/acme/ledger/tree/main/src"');
    expect(text).toContain('href="/acme/ledger/blob/main/src/split.ts"');
    const toFolder = await visit('/acme/ledger/blob/main/src');
    expect([toFolder.status, toFolder.headers.get('location')]).toEqual([
      303,
      '/acme/ledger/tree/main/src',
    ]);
  });

  test('the list of issues by state and by label, and no pull requests in it', async () => {
    const open = await visit('/acme/ledger/issues');
    expect(open.text).toMatch(/2\s+Open.*1\s+Closed/s);
    expect(open.text).toContain('Cents are lost');
    expect(open.text).not.toContain('Done long ago');
    expect(open.text).not.toContain('Keep the cents');
    expect((await visit('/acme/ledger/issues?state=closed')).text).toContain('Done long ago');
    const bugs = await visit('/acme/ledger/issues?label=bug');
    expect(bugs.text.match(/id="row-\d+"/g)).toEqual(['id="row-1"']);
  });

  test('an issue: text as Markdown, labels as buttons, the pull request that fixes it', async () => {
    const { text } = await visit('/acme/ledger/issues/1');
    expect(text).toContain('<strong>Three</strong> people.');
    expect(text).toMatch(/name="label"\s+value="sluice"/);
    expect(text).toMatch(/name="unlabel"\s+value="bug"/);
    expect(text.indexOf('value="sluice"')).toBeLessThan(text.indexOf('value="bug"'));
    expect(text).toContain(`href="/acme/ledger/pull/${pull}"`);
  });

  test('a pull request: draft, checks, commits, and the difference with line numbers', async () => {
    const { text } = await visit(`/acme/ledger/pull/${pull}`);
    expect(text).toMatch(/class="state draft pull"/);
    expect(text).toContain('Some checks have not completed yet');
    expect(text).toContain('<strong>green</strong>');
    expect(text).toMatch(/>\s*Ready for review\s*</);
    expect(text).not.toMatch(/>\s*Merge pull request\s*</);
    expect(text).toContain('1 commit');
    expect(text).toMatch(
      /<tr class="removed">\s*<td class="number">1<\/td>\s*<td class="number"><\/td>/,
    );
    expect(text).toMatch(
      /<tr class="added">\s*<td class="number"><\/td>\s*<td class="number">1<\/td>/,
    );
    expect(text).toContain('// &lt;b&gt;&quot;cents&quot;&lt;/b&gt;');
  });

  test('a check run with its conclusion, summary and annotations', async () => {
    const { text } = await visit(`/acme/ledger/runs/${run}`);
    expect(text).toContain('sluice/proof');
    expect(text).toContain('Success');
    expect(text).toContain('1 annotation');
    expect(text).toContain(`href="/acme/ledger/blob/${head}/src/split.ts#L1"`);
  });

  test.each([
    ['/', 'acme/ledger'],
    ['/acme/ledger/pulls', 'Keep the cents'],
    ['/acme/ledger/issues/new', 'Create issue'],
    ['/acme/ledger/commits/main', 'Commits on'],
    ['/acme/ledger/commits/sluice/1-cents', 'Keep the cents'],
    ['/acme/ledger/commit/sluice/1-cents', 'Keep the cents'],
    ['/acme/ledger/blob/main/src/split.ts', '&lt;b&gt;&quot;cents&quot;&lt;/b&gt;'],
    ['/acme/ledger/tree/main/src', 'split.ts'],
    ['/settings/apps/sluice-local/advanced', 'pull_request.opened'],
  ])('%s', async (path, shown) => {
    const { status, text } = await visit(path);
    expect(status).toBe(200);
    expect(text).toContain(shown);
  });

  test('issues and pull requests each at their own address, and what is not there as 404', async () => {
    const moved = await visit(`/acme/ledger/issues/${pull}`);
    expect(moved.headers.get('location')).toBe(`/acme/ledger/pull/${pull}`);
    const files = await visit(`/acme/ledger/pull/${pull}/files`);
    expect(files.headers.get('location')).toBe(`/acme/ledger/pull/${pull}#files`);
    for (const path of [
      'issues/99',
      'blob/main/none',
      'tree/none',
      'runs/1',
      'commit/none',
      'nothing',
    ])
      expect((await visit(`/acme/ledger/${path}`)).status, path).toBe(404);
  });

  test('the difference as text for those who ask for it', async () => {
    const { headers, text } = await visit(`/acme/ledger/pull/${pull}.diff`);
    expect(headers.get('content-type')).toContain('text/plain');
    expect(text).toMatch(/^diff --git/);
  });
});

describe('hostile text', () => {
  test.each([
    '/acme/ledger',
    '/acme/ledger/issues',
    '/acme/ledger/issues/1',
    '/acme/ledger/issues/2',
    'PULL',
    'RUN',
    'COMMIT',
    '/settings/apps/sluice-local/advanced',
    '/',
    '/acme/ledger/issues/new?title=%22%3E%3Cscript%3E',
    '/acme/ledger/issues?label=%22%3E%3Cscript%3E',
  ])('does not become markup on %s', async (path) => {
    const address =
      {
        PULL: `/acme/ledger/pull/${pull}`,
        RUN: `/acme/ledger/runs/${run}`,
        COMMIT: `/acme/ledger/commit/${head}`,
      }[path] ?? path;
    const { status, text } = await visit(address);
    expect(status).toBe(200);
    expect(text).not.toContain('<script>');
    expect(text).not.toContain('<img');
    expect(text.match(/<script/g)).toHaveLength(1);
  });

  test('the notice stands on every page, as text', async () => {
    for (const path of ['/', '/acme/ledger', '/acme/ledger/issues/99'])
      expect((await visit(path)).text).toMatch(/role="status">\s*A replay\. &quot;&gt;&lt;img/);
  });

  test('nothing is loaded from elsewhere and no other site may frame a page', async () => {
    const policy = (await visit('/acme/ledger')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  test('raw files are text, whatever is in them', async () => {
    const { headers } = await visit('/acme/ledger/raw/main/README.md');
    expect(headers.get('content-type')).toContain('text/plain');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('a button', () => {
  test('labels an issue in the name of the person who is acted as', async () => {
    const pressed = await visit('/acme/ledger/issues/1', { as: 'ben', form: { label: 'sluice' } });
    expect([pressed.status, pressed.headers.get('location')]).toEqual([
      303,
      '/acme/ledger/issues/1',
    ]);
    expect(issueNumbered(1).labels.map(({ name }) => name)).toEqual(['bug', 'sluice']);
    expect(issueNumbered(1).timeline.at(-1)).toMatchObject({
      event: 'labeled',
      actor: { login: 'ben' },
    });
    await visit('/acme/ledger/issues/1', { form: { unlabel: 'sluice' } });
    expect(issueNumbered(1).labels.map(({ name }) => name)).toEqual(['bug']);
  });

  test('is refused to those who may not press it, and they see it greyed out', async () => {
    const pressed = await visit('/acme/ledger/issues/1', { as: 'eve', form: { label: 'sluice' } });
    expect(pressed.status).toBe(403);
    expect(issueNumbered(1).labels.map(({ name }) => name)).toEqual(['bug']);
    const page = await visit('/acme/ledger/issues/1', { as: 'eve' });
    expect(page.text).toMatch(/value="sluice"[^>]*disabled/);
    const merge = await visit(`/acme/ledger/pull/${pull}`, { as: 'eve', form: { act: 'ready' } });
    expect(merge.status).toBe(403);
  });

  test('opens an issue', async () => {
    const form = { title: 'A new one', body: 'line\r\nline', labels: 'bug' };
    const pressed = await visit('/acme/ledger/issues', { form });
    const number = Number(pressed.headers.get('location')?.split('/').at(-1));
    expect(issueNumbered(number)).toMatchObject({ title: 'A new one', body: 'line\nline' });
    expect(issueNumbered(number).labels.map(({ name }) => name)).toEqual(['bug']);
  });

  test('comments, closes with a last word, and opens again', async () => {
    await visit('/acme/ledger/issues/1', {
      as: 'eve',
      form: { act: 'comment', body: 'Still there.' },
    });
    expect(issueNumbered(1).comments.at(-1)).toMatchObject({
      body: 'Still there.',
      author: { login: 'eve' },
    });
    await visit('/acme/ledger/issues/1', { form: { act: 'close', body: 'Not for long.' } });
    expect(issueNumbered(1)).toMatchObject({ state: 'closed' });
    expect(issueNumbered(1).comments.at(-1)?.body).toBe('Not for long.');
    await visit('/acme/ledger/issues/1', { form: { act: 'reopen' } });
    expect(issueNumbered(1).state).toBe('open');
  });

  test('tells what is wrong in words', async () => {
    const empty = await visit('/acme/ledger/issues/1', { form: { act: 'comment', body: ' ' } });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('Validation Failed');
    expect((await visit('/acme/ledger/issues/1', { form: { act: 'constructor' } })).status).toBe(
      422,
    );
  });

  test.each([['http://evil.example'], ['null'], ['http://127.0.0.1:1']])(
    'pressed on a page of %s does nothing',
    async (origin) => {
      const before = issueNumbered(1).comments.length;
      const form = { act: 'comment', body: 'from elsewhere' };
      expect((await visit('/acme/ledger/issues/1', { form, origin })).status).toBe(403);
      expect((await visit('/-/acting-as', { form: { login: 'eve' }, origin })).status).toBe(403);
      expect(issueNumbered(1).comments).toHaveLength(before);
    },
  );

  test('and every page is refused to a strange name that was made to lead here', async () => {
    const { host, port } = new URL(github.url);
    for (const name of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example']) {
      for (const path of ['/', '/acme/ledger/blob/main/README.md', '/-/changes?topics=acme/ledger'])
        expect((await askedAs(name, path)).status, `${name}${path}`).toBe(403);
      expect((await askedAs(name, '/acme/ledger')).text).not.toContain('Ledger');
    }
    for (const name of [host, 'localhost', `[::1]:${port}`])
      expect((await askedAs(name, '/acme/ledger')).status, name).toBe(200);
  });

  test('chooses who one acts as, and leads back to the page but never elsewhere', async () => {
    const chosen = await visit('/-/acting-as', {
      form: { login: 'ben', back: '/acme/ledger/issues?state=open' },
    });
    expect(chosen.headers.get('location')).toBe('/acme/ledger/issues?state=open');
    expect(chosen.headers.get('set-cookie')).toBe('acting_as=ben; Path=/; HttpOnly; SameSite=Lax');
    for (const back of [
      '//evil.example/x',
      'https://evil.example/x',
      '/\\evil.example/x',
      '////evil.example',
    ]) {
      const { headers } = await visit('/-/acting-as', { form: { login: 'ben', back } });
      expect(new URL(headers.get('location')!, github.url).host, back).toBe(
        new URL(github.url).host,
      );
    }
  });

  test('makes a draft ready, merges it and closes the issue that it fixes', async () => {
    const address = `/acme/ledger/pull/${pull}`;
    await visit(address, { form: { act: 'ready' } });
    expect((await visit(address)).text).toMatch(/>\s*Merge pull request\s*</);
    expect((await visit(address, { form: { act: 'merge', sha: '0'.repeat(40) } })).status).toBe(
      409,
    );
    const merged = await visit(address, { form: { act: 'merge', sha: head } });
    expect(merged.status).toBe(303);
    expect((await visit(address)).text).toMatch(/class="state merged pull"/);
    expect(issueNumbered(1).state).toBe('closed');
    const file = await visit('/acme/ledger/blob/main/src/split.ts');
    expect(file.text).toContain('rest = 1');
  });
});

test('an open page is told when what it shows changes, and only then', async () => {
  const gone = new AbortController();
  const topics = new URLSearchParams({ topics: 'acme/ledger#2' });
  const stream = await fetch(`${github.url}/-/changes?${topics.toString()}`, {
    signal: gone.signal,
  });
  expect(stream.headers.get('content-type')).toBe('text/event-stream');
  const news = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await news.read()).value).toContain('retry');
  await visit('/acme/ledger/issues/3', { form: { act: 'comment', body: 'elsewhere' } });
  await visit('/acme/ledger/issues/2', { form: { act: 'comment', body: 'here' } });
  expect((await news.read()).value).toBe('event: changed\ndata:\n\n');
  gone.abort();
});

test('the pages leave git and the REST API alone', async () => {
  const root = await fetch(github.url, { headers: { accept: 'application/json' } });
  expect(root.headers.get('content-type')).toContain('application/json');
  const git = await fetch(`${github.url}/acme/ledger.git/info/refs?service=git-upload-pack`);
  expect(git.headers.get('content-type')).not.toContain('text/html');
});

test('what was done here conforms to the description of GitHub', async () => {
  await github.settled();
  expect(github.violations).toEqual([]);
});
