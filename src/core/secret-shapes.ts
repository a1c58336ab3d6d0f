/**
 * Secret shapes: how keys and tokens of known makers look. The one table of them, for what is masked in logs, for the
 * gate that keeps them from being published, and for the check that finds them in files.
 */

export interface SecretShape {
  /** Its rule among findings. */
  readonly name: string;
  /** What it is, with its article. */
  readonly about: string;
  /** In lower case: where none of them stands in a text, the pattern need not be tried. */
  readonly words: readonly string[];
  /** With the flag `g`; the group `value`, where there is one, is the secret itself. */
  readonly pattern: RegExp;
  /** Whether it is masked in whatever is logged or kept, too. */
  readonly masked?: true;
  /** Whether people put it into examples, or it may be meant for the public: it is shown, and does not stop a change. */
  readonly doubtful?: true;
  /** What else must hold of what was matched. */
  readonly holds?: (value: string) => boolean;
}

/** What makers give a form of its own: rule, what it is, pattern, and the words for which it is tried. */
const makers: readonly (readonly [string, string, RegExp, ...string[]])[] = [
  ['aws-key', 'an AWS key', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, 'akia', 'asia'],
  [
    'aws-secret-key',
    'a secret key of AWS',
    /\baws_?secret_?access_?key\W{1,5}(?<value>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/gi,
    'aws',
  ],
  ['google-key', 'a key of Google', /\bAIza[0-9A-Za-z_-]{35}/g, 'aiza'],
  ['google-token', 'a token of Google', /\bya29\.[0-9A-Za-z_-]{30,}/g, 'ya29.'],
  ['google-client-secret', 'a client secret of Google', /\bGOCSPX-[0-9A-Za-z_-]{28}/g, 'gocspx-'],
  [
    'azure-storage-key',
    'a storage key of Azure',
    /\bAccountKey=[0-9A-Za-z+/]{60,}={0,2}/g,
    'accountkey=',
  ],
  [
    'azure-signature',
    'a signed address of Azure',
    /[?&]sig=(?<value>[A-Za-z0-9%]{43,}(?:%3D|=))/g,
    'sig=',
  ],
  ['digitalocean-token', 'a DigitalOcean token', /\bdo[opr]_v1_[0-9a-f]{64}/g, '_v1_'],
  ['heroku-key', 'a key of Heroku', /\bHRKU-[0-9A-Za-z_-]{36,}/g, 'hrku-'],
  ['netlify-token', 'a Netlify token', /\bnfp_[0-9A-Za-z]{36}\b/g, 'nfp_'],
  ['supabase-token', 'a Supabase token', /\bsbp_[0-9a-f]{40}\b/g, 'sbp_'],
  [
    'planetscale-secret',
    'a PlanetScale secret',
    /\bpscale_(?:tkn|pw|oauth)_[0-9A-Za-z_.-]{32,}/g,
    'pscale_',
  ],
  ['databricks-token', 'a Databricks token', /\bdapi[0-9a-f]{32}\b/g, 'dapi'],
  ['vault-token', 'a Vault token', /\bhv[sbr]\.[0-9A-Za-z_-]{24,}/g, 'hvs.', 'hvb.', 'hvr.'],
  [
    'terraform-token',
    'a Terraform token',
    /\b[0-9A-Za-z]{14}\.atlasv1\.[0-9A-Za-z_-]{60,}/g,
    '.atlasv1.',
  ],
  ['pulumi-token', 'a Pulumi token', /\bpul-[0-9a-f]{40}\b/g, 'pul-'],
  [
    'doppler-token',
    'a Doppler token',
    /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[0-9A-Za-z._-]{40,}/g,
    'dp.',
  ],
  [
    'gitlab-token',
    'a GitLab token',
    /\bgl(?:pat|dt|ft|rt|soat|cbt|ptt|agent)-[0-9A-Za-z_-]{20,}/g,
    ...['glpat-', 'gldt-', 'glft-', 'glrt-', 'glsoat-', 'glcbt-', 'glptt-', 'glagent-'],
  ],
  ['npm-token', 'an npm token', /\bnpm_[0-9A-Za-z]{36}\b/g, 'npm_'],
  ['pypi-token', 'a PyPI token', /\bpypi-[0-9A-Za-z_-]{50,}/g, 'pypi-'],
  ['rubygems-key', 'a RubyGems key', /\brubygems_[0-9a-f]{48}\b/g, 'rubygems_'],
  ['crates-token', 'a crates.io token', /\bcio[0-9A-Za-z]{32}\b/g, 'cio'],
  ['docker-token', 'a Docker token', /\bdckr_(?:pat|oat)_[0-9A-Za-z_-]{24,}/g, 'dckr_'],
  ['artifactory-key', 'an Artifactory key', /\bAKCp[0-9A-Za-z]{69}\b/g, 'akcp'],
  ['atlassian-token', 'an Atlassian token', /\bATATT3[0-9A-Za-z_=-]{150,}/g, 'atatt3'],
  ['linear-key', 'a Linear key', /\blin_(?:api|oauth)_[0-9A-Za-z]{40,}/g, 'lin_'],
  ['slack-token', 'a Slack token', /\bxox[abeoprs]-[0-9A-Za-z-]{20,}/g, 'xox'],
  ['slack-app-token', 'a Slack token', /\bxapp-\d-[0-9A-Z]+-\d+-[0-9a-f]{32,}/g, 'xapp-'],
  [
    'slack-webhook',
    'an address that posts to Slack',
    /hooks\.slack\.com\/services\/T[0-9A-Z]{6,}\/B[0-9A-Z]{6,}\/[0-9A-Za-z]{16,}/g,
    'hooks.slack.com',
  ],
  [
    'discord-token',
    'a Discord token',
    /\b[MNO][0-9A-Za-z_-]{23,25}\.[0-9A-Za-z_-]{6}\.[0-9A-Za-z_-]{27,38}\b/g,
    'discord',
  ],
  [
    'discord-webhook',
    'an address that posts to Discord',
    /discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[0-9A-Za-z_-]{60,}/g,
    '/api/webhooks/',
  ],
  ['telegram-token', 'a Telegram token', /\b[0-9]{8,10}:AA[0-9A-Za-z_-]{33}\b/g, ':aa'],
  ['sendgrid-key', 'a SendGrid key', /\bSG\.[0-9A-Za-z_-]{16,}\.[0-9A-Za-z_-]{32,}/g, 'sg.'],
  ['mailgun-key', 'a Mailgun key', /\bkey-[0-9a-f]{32}\b/g, 'key-'],
  ['mailchimp-key', 'a Mailchimp key', /\b[0-9a-f]{32}-us\d{1,2}\b/g, '-us'],
  ['twilio-key', 'a Twilio key', /\bSK[0-9a-f]{32}\b/g, 'sk'],
  ['stripe-key', 'a Stripe key', /\b[rs]k_(?:live|test)_[0-9A-Za-z]{20,}/g, 'k_live_', 'k_test_'],
  ['stripe-webhook-secret', 'a Stripe secret', /\bwhsec_[0-9A-Za-z+/]{24,}/g, 'whsec_'],
  ['square-token', 'a Square token', /\bsq0(?:atp|csp)-[0-9A-Za-z_-]{22,}/g, 'sq0'],
  ['shopify-token', 'a Shopify token', /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g, 'shp'],
  ['airtable-token', 'an Airtable token', /\bpat[0-9A-Za-z]{14}\.[0-9a-f]{64}\b/g, 'pat'],
  ['hugging-face-token', 'a Hugging Face token', /\bhf_[0-9A-Za-z]{30,}/g, 'hf_'],
  ['replicate-token', 'a Replicate token', /\br8_[0-9A-Za-z]{37}\b/g, 'r8_'],
  ['groq-key', 'a Groq key', /\bgsk_[0-9A-Za-z]{50,}/g, 'gsk_'],
  ['xai-key', 'an xAI key', /\bxai-[0-9A-Za-z]{70,}/g, 'xai-'],
  ['perplexity-key', 'a Perplexity key', /\bpplx-[0-9A-Za-z]{48}\b/g, 'pplx-'],
  ['age-key', 'an age key', /\bAGE-SECRET-KEY-1[0-9A-Z]{50,}/g, 'age-secret-key'],
  [
    'grafana-token',
    'a Grafana token',
    /\bgl(?:c_[0-9A-Za-z+/]{32,}|sa_[0-9A-Za-z]{32}_[0-9a-f]{8})/g,
    ...['glc_', 'glsa_'],
  ],
  [
    'sentry-token',
    'a Sentry token',
    /\bsntry(?:s_eyJ[0-9A-Za-z+/=_]{40,}|u_[0-9a-f]{64})/g,
    'sntry',
  ],
  ['new-relic-key', 'a New Relic key', /\bNRAK-[0-9A-Z]{27}\b/g, 'nrak-'],
  ['figma-token', 'a Figma token', /\bfigd_[0-9A-Za-z_-]{40,}/g, 'figd_'],
  ['notion-token', 'a Notion token', /\bntn_[0-9A-Za-z]{40,}/g, 'ntn_'],
  ['postman-key', 'a Postman key', /\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}\b/g, 'pmak-'],
  ['one-password-token', 'a 1Password token', /\bops_eyJ[0-9A-Za-z+/=_-]{100,}/g, 'ops_eyj'],
];

/** Those that are masked come first: where two fit the same place, the first one counts. */
export const secretShapes: readonly SecretShape[] = [
  {
    // GitHub's two formats: 40 characters, and `ghs_<app>_<jwt>` of about 520 with dots and dashes (changelog, April 2026).
    name: 'github-token',
    about: 'a GitHub token',
    words: ['gho_', 'ghp_', 'ghs_', 'ghu_', 'ghr_'],
    pattern: /gh[opsur]_[A-Za-z0-9._-]{36,}/g,
    masked: true,
  },
  {
    name: 'github-fine-grained-token',
    about: 'a GitHub token',
    words: ['github_pat_'],
    pattern: /github_pat_[A-Za-z0-9_]{22,}/g,
    masked: true,
  },
  {
    name: 'signed-token',
    about: 'a signed token (JWT)',
    words: ['eyj'],
    pattern: /eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
    masked: true,
    doubtful: true,
  },
  {
    // No further than the next one, so that a text full of beginnings is read once.
    name: 'private-key',
    about: 'a private key',
    words: ['private key-----'],
    pattern:
      /-----BEGIN [A-Z ]{0,60}PRIVATE KEY-----(?:(?!-----BEGIN )[\s\S])*?(?:-----END [A-Z ]{0,60}PRIVATE KEY-----|(?=-----BEGIN )|$)/g,
    masked: true,
  },
  {
    name: 'model-key',
    about: 'a key of a model',
    words: ['sk-'],
    pattern: /\bsk-[A-Za-z0-9_-]{20,}/g,
    masked: true,
    // Names of style sheets begin so as well.
    holds: (value) => /\d/.test(value) && /[A-Z]|^sk-[a-z0-9]+$/.test(value),
  },
  ...makers.map(([name, about, pattern, ...words]) => ({ name, about, pattern, words })),
  {
    name: 'pgp-private-key',
    about: 'a private key',
    words: ['pgp private key'],
    pattern: /-----BEGIN PGP PRIVATE KEY BLOCK-----/g,
  },
  {
    name: 'password-in-address',
    about: 'a password in an address',
    words: ['://'],
    pattern:
      /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s/:@'"`]{1,200}:(?<value>(?!\$|<|\*|\{|%[sdv]|x{3}|pass|pw|secret\b)[^\s/@'"`]{6,200})@[^\s/'"`]+/gi,
    doubtful: true,
  },
];
