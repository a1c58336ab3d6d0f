/** Rules: the log of deliveries, and sending one again. */
import { at, type Question } from '#local-github/probing/ask.ts';
import type { Facts, Place, Rule } from './rule.ts';

const page =
  'https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks';
const list = '/app/hook/deliveries';

/** Lets one webhook fail, and answers its entry in the log and how many there are of its GUID once it was sent again. */
async function again({ ask, double: { github, issue } }: Place): Promise<Facts> {
  github.setHook('http://127.0.0.1:1/nobody');
  try {
    await issue();
    await github.settled();
    const asApp = (question: Question) => ask({ as: 'app', ...question });
    const [failed] = listed(await asApp({ path: `${list}?status=failure` }));
    const path = `${list}/${String(at(failed, 'id'))}`;
    const asked = await asApp({ method: 'POST', path: `${path}/attempts` });
    await github.settled();
    const all = listed(await asApp({ path: list }));
    const same = all.filter((each) => at(each, 'guid') === at(failed, 'guid'));
    const succeeded = listed(await asApp({ path: `${list}?status=success` }));
    const whole = await asApp({ path });
    return {
      failed,
      status: asked.status,
      redelivered: same.map((each) => at(each, 'redelivery')),
      succeeded: succeeded.length,
      event: at(whole.body, 'request.headers.X-GitHub-Event'),
    };
  } finally {
    github.setHook(null);
  }
}

function listed({ body }: { readonly body: unknown }): readonly unknown[] {
  return Array.isArray(body) ? body : [];
}

export const deliveryRules: readonly Rule[] = [
  {
    id: 'deliveries/again',
    rule: 'A delivery that failed is sent again under its GUID when the App asks, and stands in the log once more.',
    source: page,
    changes: 'something',
    expect: {
      'failed.status_code': 502,
      'failed.redelivery': false,
      status: 202,
      redelivered: [true, false],
      succeeded: 0,
      event: 'issues',
    },
    probe: again,
  },
  {
    id: 'deliveries/cursor',
    rule: 'The log is paged by a cursor that the Link header names.',
    source: 'openapi apps/list-webhook-deliveries',
    changes: 'nothing',
    expect: { status: 200, isPaged: true },
    async probe({ ask }) {
      const { status, body, headers } = await ask({ as: 'app', path: `${list}?per_page=1` });
      const isFull = Array.isArray(body) && body.length === 1;
      const next = /[?&]cursor=[^&>]+[^>]*>; rel="next"/.test(headers.link ?? '');
      return { status, isPaged: next || !isFull || headers.link === undefined };
    },
  },
  {
    id: 'deliveries/only-the-app',
    rule: "The log of deliveries is the App's alone: an installation's token does not read it.",
    source: 'openapi apps/list-webhook-deliveries',
    changes: 'nothing',
    expect: { status: 401 },
    probe: ({ ask }) => ask({ path: list }),
  },
];
