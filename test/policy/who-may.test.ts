/** Who may start what: every cell, written down a second time by hand, as pictures of the table in each state. */
import { expect, test } from 'vitest';
import { known, whoIs } from '#policy/admission/who.ts';
import { repositoryStates, triggers, whoMay, whos } from '#policy/admission/who-may.ts';

const signs = { Y: 'yes', A: 'auto', L: 'look', N: 'note', T: 'tell', '.': 'no' } as const;

/** A column a trigger, in their order: label, command, edited comment, ..., stop. */
const pictures = {
  open: `
    operator    . . . . . . . . . . . Y . . Y
    admin       Y Y . Y Y Y L Y L Y Y Y Y Y Y
    maintain    Y Y . Y Y Y L Y L Y Y Y Y Y Y
    write       Y Y . Y Y Y L Y L Y Y Y Y Y Y
    triage      T T . N N L L L L T T . . . T
    read        . . . N N L L L L . . . . . .
    author      . . . N N L L L L . . . . . .
    none        . . . N N L L L L . . . . . .
    gone        . . . N N . . . . . . . . . .
    unknown     . . . N N . . . . . . . . . .
    listed-bot  A A . N N A L A L . . . . . .
    bot         . . . N N . . L L . . . . . .
    ourselves   . . . . . . . A . . . . . . .`,
  stopped: `
    operator    . . . . . . . . . . . T . . Y
    admin       T T . T Y T . T . T T T T T Y
    maintain    T T . T Y T . T . T T T T T Y
    write       T T . T Y T . T . T T T T T Y
    triage      T T . . N . . . . T T . . . T
    read        . . . . N . . . . . . . . . .
    author      . . . . N . . . . . . . . . .
    none        . . . . N . . . . . . . . . .
    gone        . . . . N . . . . . . . . . .
    unknown     . . . . N . . . . . . . . . .
    listed-bot  . . . . N . . . . . . . . . .
    bot         . . . . N . . . . . . . . . .
    ourselves   . . . . . . . . . . . . . . .`,
  archived: `
    operator    . . . . . . . . . . . . . . Y
    admin       . . . . . . . . . . . . . . .
    maintain    . . . . . . . . . . . . . . .
    write       . . . . . . . . . . . . . . .
    triage      . . . . . . . . . . . . . . .
    read        . . . . . . . . . . . . . . .
    author      . . . . . . . . . . . . . . .
    none        . . . . . . . . . . . . . . .
    gone        . . . . . . . . . . . . . . .
    unknown     . . . . . . . . . . . . . . .
    listed-bot  . . . . . . . . . . . . . . .
    bot         . . . . . . . . . . . . . . .
    ourselves   . . . . . . . . . . . . . . .`,
};

const cells = repositoryStates.flatMap((state) =>
  pictures[state]
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [who = '', ...row] = line.trim().split(/\s+/);
      return row.map((sign, column) => ({ state, who, column, sign }));
    }),
);

test('the pictures have a cell for each of 13 actors, 15 triggers and 3 states', () => {
  expect(cells).toHaveLength(585);
  expect(whos).toHaveLength(13);
  expect(triggers).toHaveLength(15);
  expect(new Set(cells.map((cell) => `${cell.state} ${cell.who} ${cell.column}`)).size).toBe(585);
});

test.each(repositoryStates)('every cell is as drawn while the repository is %s', (state) => {
  for (const cell of cells.filter((each) => each.state === state)) {
    const who = whos.find((each) => each === cell.who)!;
    const trigger = triggers[cell.column]!;
    const drawn = signs[cell.sign as keyof typeof signs];
    expect(whoMay(who, trigger, state), `${who} ${trigger} ${state}`).toBe(drawn);
  }
});

test('only who may write starts what runs code, and a bot never does what is kept for people', () => {
  const writers = ['admin', 'maintain', 'write'];
  for (const who of whos)
    for (const trigger of triggers) {
      const answer = whoMay(who, trigger, 'open');
      if (answer === 'yes' && who !== 'operator')
        expect(writers, `${who} ${trigger}`).toContain(who);
      if (answer === 'auto') expect(['label', 'command', 'pull', 'check']).toContain(trigger);
    }
});

const person = { login: 'Eve', kind: 'person' } as const;
test.each([
  ['a writer', { actor: person, permission: 'write' }, 'write'],
  ['a writer who wrote the issue', { actor: person, permission: 'write', author: 'Eve' }, 'write'],
  ['a reader', { actor: person, permission: 'read' }, 'read'],
  ['a reader who wrote the issue', { actor: person, permission: 'read', author: 'Eve' }, 'author'],
  ['a stranger who wrote it', { actor: person, permission: 'none', author: 'Eve' }, 'author'],
  ['somebody of whom GitHub says nothing', { actor: person, permission: undefined }, 'unknown'],
  ['a deleted account', { actor: { ...person, login: 'ghost' }, permission: 'admin' }, 'gone'],
  [
    'any bot, whatever it may',
    { actor: { login: 'x[bot]', kind: 'bot' }, permission: 'admin' },
    'bot',
  ],
  [
    'a bot on the list',
    { actor: { login: 'x[bot]', kind: 'bot', bot: 'listed' }, permission: 'none' },
    'listed-bot',
  ],
  [
    'our own',
    { actor: { login: 'x[bot]', kind: 'bot', bot: 'ours' }, permission: 'admin' },
    'ourselves',
  ],
] as const)('%s', (_, facts, who) => {
  expect(whoIs(facts)).toBe(who);
});

const lists = {
  listed: ['Renovate[bot]', '77', 'sluice[bot]', '9'],
  own: { login: 'Sluice[bot]', app: 9 },
};
test.each([
  ['a login on the list', { login: 'renovate[bot]', kind: 'bot' }, 'listed'],
  ['an App on the list', { login: 'other[bot]', kind: 'bot', app: 77 }, 'listed'],
  ['a bot whose App is not on the list', { login: 'other[bot]', kind: 'bot', app: 78 }, undefined],
  ['our login, also when listed', { login: 'sluice[bot]', kind: 'bot' }, 'ours'],
  ['our App, also when listed', { login: 'other[bot]', kind: 'bot', app: 9 }, 'ours'],
  ['a person with the name of a bot', { login: 'renovate[bot]', kind: 'person' }, undefined],
  [
    'what an event claims of itself',
    { login: 'other[bot]', kind: 'bot', bot: 'listed' },
    undefined,
  ],
] as const)('the list of bots: %s', (_, actor, bot) => {
  expect(known({ id: 1, ...actor }, lists).bot).toBe(bot);
});
