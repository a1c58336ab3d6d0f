/**
 * Cuts GitHub's own descriptions of its REST API, webhooks and GraphQL API down to what a GitHub App like this one calls, and
 * writes them to src/local-github/description. For maintainers: it installs 385 MB into a temporary folder, removes
 * it again and prints what changed. Run with `node .ci/refresh-descriptions.js [--from FOLDER]`, where FOLDER already
 * holds the packages under node_modules. The versions stand below; raise them here and review the printed list.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kind, parse, print } from 'graphql';

const packages = {
  rest: '@octokit/openapi@23.0.2',
  webhooks: '@octokit/openapi-webhooks@12.1.0',
  graphql: '@octokit/graphql-schema@15.26.1',
};
const target = new URL('../src/local-github/description/', import.meta.url);

/** Areas taken whole, as GitHub's description itself sorts them (category/subcategory). */
const areas = new Set([
  ...['assignees', 'comments', 'events', 'issues', 'labels', 'milestones', 'sub-issues'].map(
    (name) => `issues/${name}`,
  ),
  ...['timeline', 'issue-dependencies'].map((name) => `issues/${name}`),
  ...['blobs', 'commits', 'refs', 'tags', 'trees'].map((name) => `git/${name}`),
  ...['comments', 'commits', 'statuses'].map((name) => `commits/${name}`),
  ...['comments', 'pulls', 'review-requests', 'reviews'].map((name) => `pulls/${name}`),
  ...['runs', 'suites'].map((name) => `checks/${name}`),
  ...['assets', 'releases'].map((name) => `releases/${name}`),
  ...['apps', 'installations', 'webhooks'].map((name) => `apps/${name}`),
  ...['repos', 'contents', 'webhooks', 'forks', 'commits'].map((name) => `repos/${name}`),
  ...['collaborators', 'invitations'].map((name) => `collaborators/${name}`),
  ...['deployments', 'statuses'].map((name) => `deployments/${name}`),
  ...['workflow-runs', 'workflow-jobs'].map((name) => `actions/${name}`),
  ...['branches/branches', 'reactions/reactions', 'users/users', 'search/search', 'meta/meta'],
  ...['rate-limit/rate-limit', 'markdown/markdown', 'code-scanning/code-scanning', 'orgs/members'],
]);

/** Single operations of areas that are otherwise not called. */
const singles = new Set([
  'orgs/get',
  'repos/get-branch-protection',
  'repos/get-branch-rules',
  'repos/get-repo-rulesets',
  'repos/get-status-checks-protection',
  'teams/get-by-name',
  'teams/get-membership-for-user-in-org',
  'teams/list-members-in-org',
]);

/** Operations of those areas that no App of this kind calls and that are large. */
const unwanted =
  /codeql|autofix|variant-analys|import-|\/actions\/runs\/.*(approve|pending_deployments|timing)/;

const events = [
  ...['check_run', 'check_suite', 'create', 'delete', 'installation', 'installation_repositories'],
  ...['issue_comment', 'issues', 'label', 'ping', 'pull_request', 'pull_request_review'],
  ...['pull_request_review_comment', 'pull_request_review_thread', 'push', 'release', 'status'],
  ...['deployment_status', 'repository', 'workflow_run'],
];

/** What of GitHub's GraphQL API is kept; connections, edges, payloads, inputs and enums follow by themselves. */
const kept = {
  objects: new Set([
    ...['Query', 'Mutation', 'PageInfo', 'RateLimit', 'Repository', 'Ref', 'Tag', 'Release'],
    ...['PullRequest', 'PullRequestCommit', 'PullRequestChangedFile', 'PullRequestReview'],
    ...['PullRequestReviewThread', 'PullRequestReviewComment', 'ReviewRequest'],
    ...['Issue', 'IssueComment', 'Label', 'Commit', 'GitActor'],
    ...['User', 'Bot', 'Organization', 'Team'],
  ]),
  interfaces: new Set(['Node', 'Actor', 'RepositoryOwner', 'GitObject', 'Minimizable']),
  unions: new Set(['RequestedReviewer', 'IssueOrPullRequest']),
  mutations: new Set([
    ...['addComment', 'addPullRequestReview', 'addPullRequestReviewThreadReply'],
    ...['convertPullRequestToDraft', 'markPullRequestReadyForReview', 'minimizeComment'],
    ...['resolveReviewThread', 'submitPullRequestReview', 'unminimizeComment'],
    ...['unresolveReviewThread', 'updatePullRequest', 'updatePullRequestReviewComment'],
  ]),
};

/** Formats that GitHub means as they are written; it fills the others (`uri`, `email`, `uri-template`, ...) freely. */
const formats = new Set(['date', 'date-time']);
const keptKeys = [
  'required',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
];

/** Parameters in a path that swallow slashes, beside those that the description marks. */
const swallowing = new Set(['path', 'ref', 'branch', 'basehead', 'dir']);

/** @typedef {any} Json The description is GitHub's: it is cut, not trusted to have a shape. */

/** A schema without prose, examples and vendor keys; `nullable` becomes a null type, as ajv reads it. @param {Json} schema @returns {Json} */
function trim(schema) {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (schema.$ref) return { $ref: `#/$defs/${schema.$ref.split('/').pop()}` };
  /** @type {Json} */
  const out = {};
  if (schema.type) out.type = schema.type;
  if (schema.enum) out.enum = schema.enum;
  if ('const' in schema) out.const = schema.const;
  if (formats.has(schema.format)) out.format = schema.format;
  for (const key of keptKeys) if (key in schema) out[key] = schema[key];
  if (out.required?.length === 0) delete out.required;
  for (const key of ['oneOf', 'anyOf', 'allOf']) if (schema[key]) out[key] = schema[key].map(trim);
  if (schema.items) out.items = trim(schema.items);
  if (schema.not) out.not = trim(schema.not);
  if ('additionalProperties' in schema)
    out.additionalProperties = trim(schema.additionalProperties);
  if (schema.properties) out.properties = mapValues(schema.properties, trim);
  return schema.nullable ? orNull(out) : out;
}

/** @param {Json} schema @returns {Json} */
function orNull(schema) {
  if (schema.enum && !schema.enum.includes(null)) schema.enum = [...schema.enum, null];
  if (schema.type) return { ...schema, type: [schema.type, 'null'] };
  const combined = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  return combined ? { anyOf: [{ type: 'null' }, schema] } : schema;
}

/** @param {Record<string, Json>} record @param {(value: Json) => Json} change @returns {Record<string, Json>} */
function mapValues(record, change) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

/** Every schema that is reached by reference, trimmed. @param {Json} root @param {Record<string, Json>} schemas @returns {Record<string, Json>} */
function referenced(root, schemas) {
  /** @type {Record<string, Json>} */
  const found = {};
  const open = [JSON.stringify(root)];
  for (let text = open.pop(); text !== undefined; text = open.pop()) {
    for (const [, name = ''] of text.matchAll(/"#\/\$defs\/([^"]+)"/g)) {
      if (name in found) continue;
      found[name] = trim(schemas[name]);
      open.push(JSON.stringify(found[name]));
    }
  }
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const schemaKeys = new Set(['items', 'not', 'additionalProperties']);

/** Calls back for each schema below (not including) this one, with the holder and key to replace it. @param {Json} schema @param {(holder: Json, key: string | number) => void} visit */
function eachBelow(schema, visit) {
  if (typeof schema !== 'object' || schema === null) return;
  for (const key of schemaKeys) if (typeof schema[key] === 'object') visit(schema, key);
  for (const key of ['oneOf', 'anyOf', 'allOf'])
    for (const index of (schema[key] ?? []).keys()) visit(schema[key], index);
  for (const key of Object.keys(schema.properties ?? {})) visit(schema.properties, key);
}

/** Says equal large schemas once, under a name made of their content. @param {Record<string, Json>} defs @param {Json[]} roots */
function share(defs, roots) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  const sizeOf = (/** @type {Json} */ schema) => JSON.stringify(schema);
  const count = (/** @type {Json} */ schema) =>
    eachBelow(schema, (holder, key) => {
      const text = sizeOf(holder[key]);
      seen.set(text, (seen.get(text) ?? 0) + 1);
      count(holder[key]);
    });
  const tops = [...Object.values(defs), ...roots];
  for (const top of tops) count(top);
  /** @type {Record<string, Json>} */
  const shared = {};
  const replace = (/** @type {Json} */ schema) =>
    eachBelow(schema, (holder, key) => {
      const text = sizeOf(holder[key]);
      const again = text.length > 160 && (seen.get(text) ?? 0) > 1;
      const name = again
        ? `same-${createHash('sha256').update(text).digest('hex').slice(0, 10)}`
        : '';
      if (again && name in shared) holder[key] = { $ref: `#/$defs/${name}` };
      else {
        const whole = holder[key];
        if (again) {
          shared[name] = whole;
          holder[key] = { $ref: `#/$defs/${name}` };
        }
        replace(whole);
      }
    });
  for (const top of tops) replace(top);
  Object.assign(
    defs,
    Object.fromEntries(Object.entries(shared).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}

/** @param {Json} description @param {Json} holder */
function resolve(description, holder) {
  if (!holder?.$ref) return holder;
  const [, , kind = '', name = ''] = holder.$ref.split('/');
  return description.components[kind][name];
}

const nameOf = (/** @type {Json} */ one) => one.name;

/** @param {Json} description @param {string} method @param {string} path @returns {Json} */
function operation(description, method, path) {
  const source = description.paths[path][method];
  const parameters = (source.parameters ?? []).map((/** @type {Json} */ one) =>
    resolve(description, one),
  );
  const inQuery = parameters.filter((/** @type {Json} */ one) => one.in === 'query');
  const json = source.requestBody?.content?.['application/json']?.schema;
  const responses = Object.entries(source.responses).map(([status, answer]) => {
    const content = resolve(description, answer).content ?? {};
    const types = Object.keys(content);
    const json = types.find((type) => type.endsWith('json'));
    if (json !== undefined) return [status, trim(content[json].schema)];
    return [status, types.length > 0 ? true : null];
  });
  const long = parameters
    .filter(
      (/** @type {Json} */ one) =>
        one.in === 'path' && (one['x-multi-segment'] === true || swallowing.has(one.name)),
    )
    .map(nameOf);
  return {
    id: source.operationId,
    method: method.toUpperCase(),
    path,
    ...(long.length > 0 && { long }),
    query: {
      type: 'object',
      additionalProperties: false,
      required: inQuery.filter((/** @type {Json} */ one) => one.required).map(nameOf),
      properties: Object.fromEntries(
        inQuery.map((/** @type {Json} */ one) => [one.name, trim(one.schema)]),
      ),
    },
    ...(source.requestBody && {
      body: json ? trim(json) : true,
      bodyRequired: source.requestBody.required === true,
    }),
    responses: Object.fromEntries(responses),
  };
}

/** @param {Json} description */
function rest(description) {
  const operations = [];
  for (const [path, item] of Object.entries(description.paths)) {
    for (const [method, source] of Object.entries(/** @type {Json} */ (item))) {
      if (!source.operationId) continue;
      const { category, subcategory } = source['x-github'];
      const wanted = areas.has(`${category}/${subcategory}`) && !unwanted.test(path);
      if (wanted || singles.has(source.operationId))
        operations.push(operation(description, method, path));
    }
  }
  const defs = referenced(operations, description.components.schemas);
  share(
    defs,
    operations.flatMap((one) => [one.body, ...Object.values(one.responses)]),
  );
  return { source: packages.rest, operations, $defs: defs };
}

/** @param {Json} description */
function webhooks(description) {
  /** @type {Record<string, Json>} */
  const payloads = {};
  for (const [name, { post }] of Object.entries(/** @type {Json} */ (description.webhooks))) {
    const event = events.find((one) => post['x-github'].subcategory === one);
    if (event === undefined) continue;
    const action =
      name === event.replaceAll('_', '-') ? '' : name.slice(event.length + 1).replaceAll('-', '_');
    payloads[action === '' ? event : `${event}.${action}`] = trim(
      post.requestBody.content['application/json'].schema,
    );
  }
  const defs = referenced(payloads, description.components.schemas);
  share(defs, Object.values(payloads));
  return { source: packages.webhooks, payloads, $defs: defs };
}

/** @param {Json} type @returns {string} */
const named = (type) => (type.kind === Kind.NAMED_TYPE ? type.name.value : named(type.type));

/** GitHub's GraphQL schema without prose: the kept types, with those of their fields whose types are kept. @param {string} sdl */
function graphql(sdl) {
  /** @type {Map<string, Json>} */
  const all = new Map(
    parse(sdl).definitions.map((/** @type {Json} */ one) => [one.name?.value, one]),
  );
  /** @type {Map<string, Json>} */
  const found = new Map();
  /** @param {string} name @returns {boolean} */
  const isKept = (name) => {
    const one = all.get(name);
    if (!one) return ['Int', 'Float', 'String', 'Boolean', 'ID'].includes(name);
    if (one.kind === Kind.INTERFACE_TYPE_DEFINITION) return kept.interfaces.has(name);
    if (one.kind === Kind.UNION_TYPE_DEFINITION) return kept.unions.has(name);
    if (one.kind !== Kind.OBJECT_TYPE_DEFINITION) return true;
    const mutation = /^(.*)Payload$/.exec(name)?.[1] ?? '';
    if (kept.mutations.has(mutation.charAt(0).toLowerCase() + mutation.slice(1))) return true;
    const item = one.fields.find(
      (/** @type {Json} */ field) =>
        (name.endsWith('Connection') && field.name.value === 'nodes') ||
        (name.endsWith('Edge') && field.name.value === 'node'),
    );
    return item ? isKept(named(item.type)) : kept.objects.has(name);
  };
  /** @param {string} name */
  const take = (name) => {
    const one = all.get(name);
    if (!one || found.has(name)) return;
    const fields = one.fields?.filter(
      (/** @type {Json} */ field) =>
        isKept(named(field.type)) && (name !== 'Mutation' || kept.mutations.has(field.name.value)),
    );
    const bare = (/** @type {Json} */ node) => ({
      ...node,
      description: undefined,
      directives: [],
    });
    const cut = {
      ...bare(one),
      ...(one.interfaces && {
        interfaces: one.interfaces.filter((/** @type {Json} */ i) => kept.interfaces.has(named(i))),
      }),
      ...(one.kind === Kind.UNION_TYPE_DEFINITION && {
        types: one.types.filter((/** @type {Json} */ type) => isKept(named(type))),
      }),
      ...(one.values && { values: one.values.map(bare) }),
      ...(fields && {
        fields: fields.map((/** @type {Json} */ field) => ({
          ...bare(field),
          ...(field.arguments && { arguments: field.arguments.map(bare) }),
        })),
      }),
    };
    found.set(name, cut);
    for (const field of fields ?? [])
      for (const part of [field, ...(field.arguments ?? [])]) take(named(part.type));
    for (const type of [...(cut.types ?? []), ...(cut.interfaces ?? [])]) take(named(type));
  };
  take('Query');
  take('Mutation');
  for (const name of kept.objects) take(name);
  const parts = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => print(one));
  return `# Cut from ${packages.graphql} by .ci/refresh-descriptions.js; see NOTICE.md.\n\n${parts.join('\n\n')}\n`;
}

/** JSON with one operation, payload or schema to a line, so that a refresh reads well as a diff. @param {Record<string, Json>} whole */
function lines(whole) {
  const parts = Object.entries(whole).map(([key, value]) => {
    if (typeof value === 'string') return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
    const inner = Array.isArray(value)
      ? value.map((one) => JSON.stringify(one))
      : Object.entries(value).map(
          ([name, one]) => `${JSON.stringify(name)}: ${JSON.stringify(one)}`,
        );
    const [open, close] = Array.isArray(value) ? '[]' : '{}';
    return `${JSON.stringify(key)}: ${open}\n${inner.join(',\n')}\n${close}`;
  });
  return `{\n${parts.join(',\n')}\n}\n`;
}

/** Writes the file and prints the lines that came, went or changed. @param {string} name @param {string} text @param {string} source */
function write(name, text, source) {
  const file = new URL(name, target);
  const before = existsSync(file) ? new Set(readFileSync(file, 'utf8').split('\n')) : new Set();
  const after = text.split('\n');
  const label = (/** @type {string} */ line) => line.slice(0, 100);
  for (const line of after) if (!before.has(line)) process.stdout.write(`+ ${label(line)}\n`);
  const now = new Set(after);
  for (const line of before) if (!now.has(line)) process.stdout.write(`- ${label(line)}\n`);
  writeFileSync(file, text);
  process.stdout.write(`${name}: ${(text.length / 1000).toFixed(0)} kB from ${source}\n`);
}

const given = process.argv.indexOf('--from');
const folder =
  given > 0 ? (process.argv[given + 1] ?? '') : mkdtempSync(join(tmpdir(), 'descriptions-'));
if (given < 0) {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  const wanted = Object.values(packages);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '-E', ...wanted], {
    cwd: folder,
    stdio: 'inherit',
  });
}
const read = (/** @type {string} */ name) =>
  JSON.parse(
    readFileSync(
      join(folder, 'node_modules/@octokit', name, 'generated/api.github.com.json'),
      'utf8',
    ),
  );
write('rest.json', lines(rest(read('openapi'))), packages.rest);
write('webhooks.json', lines(webhooks(read('openapi-webhooks'))), packages.webhooks);
const sdl = readFileSync(
  join(folder, 'node_modules/@octokit/graphql-schema/schema.graphql'),
  'utf8',
);
write('schema.graphql', graphql(sdl), packages.graphql);
if (given < 0) rmSync(folder, { recursive: true });
