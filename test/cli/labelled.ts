/** What GitHub sends when somebody puts our label on an issue: as little of it as is read. */
const sender = { id: 2, login: 'ada', type: 'User' };

export const labelled = {
  action: 'labeled',
  label: { name: 'sluice' },
  issue: {
    id: 30,
    number: 3,
    title: 'It rounds',
    body: 'It should not.',
    user: sender,
    labels: [{ name: 'sluice' }],
    state: 'open',
    html_url: 'http://127.0.0.1:1/ada/engine/issues/3',
  },
  repository: {
    id: 1,
    name: 'engine',
    full_name: 'ada/engine',
    owner: { id: 2, login: 'ada', type: 'User' },
    default_branch: 'main',
    private: false,
  },
  installation: { id: 7 },
  sender,
};
