/** Where an answer may differ from GitHub's description: the one list, with a reason each. Requests have none. */

export interface Exception {
  readonly reason: string;
  /** Operations that it is about, by `METHOD /path/{as}/{described}`; every one when absent. */
  readonly operation?: RegExp;
  /** An answer of this status is not looked at. */
  readonly status?: readonly number[];
  /** An answer whose body is text and not JSON is not looked at. */
  readonly text?: true;
  /** A status that the operation does not describe is compared with this schema of the description. */
  readonly undescribed?: { readonly status: readonly number[]; readonly schema: string };
  /** Deviations that do not count. */
  readonly deviation?: RegExp;
}

export const exceptions: readonly Exception[] = [
  {
    reason: 'any read may be answered "not modified"; few operations say so',
    status: [304],
  },
  {
    reason: 'diff, patch, raw and sha media types are text; only the JSON form is described',
    operation:
      /^GET .*\/(pulls\/\{pull_number\}|commits\/\{ref\}|compare\/\{basehead\}|contents\/\{path\}|readme|readme\/\{dir\}|git\/blobs\/\{file_sha\})$/,
    text: true,
  },
  {
    reason:
      'any operation may be led elsewhere, refused, limited or fail; few describe every such status',
    undescribed: {
      status: [301, 307, 400, 401, 403, 404, 405, 406, 409, 410, 415, 429, 500, 502, 503],
      schema: 'basic-error',
    },
  },
  {
    reason: 'a refused field is explained alike everywhere, described or not',
    undescribed: { status: [422], schema: 'validation-error' },
  },
  {
    reason:
      "some 422 are described without `errors` and still carry them; GitHub's texts and codes vary",
    operation: /^(POST|PATCH|PUT|DELETE) /,
    deviation: /^body\.errors(\[\d+\])?(\.\w+)? is not described$/,
  },
  {
    reason:
      'GitHub answers with an empty body where an object is described; its own examples say so',
    operation: /^POST .*\/(attempts|rerequest|rerun|rerun-failed-jobs|cancel|force-cancel)$/,
    deviation: /^body must be object$/,
  },
  {
    reason:
      "GitHub's list form of an installation asks for an account that is a user and an enterprise at once",
    operation: /^GET \/app\/installations$/,
    deviation: /^body\[\d+\](\.account (must|lacks) .*|\.client_id is not described)$/,
  },
  {
    reason: 'why a ref cannot be removed is told in a body that the description leaves out',
    operation: /^DELETE .*\/git\/refs\/\{ref\}$/,
    status: [422],
  },
  {
    reason:
      'why branches cannot be merged, or a file not be taken, is told in a body that is left out',
    operation: /^POST .*\/(merges|code-scanning\/sarifs)$/,
    status: [400, 404, 409, 413],
  },
  {
    reason: 'the root lists addresses; the local GitHub names only those that it answers',
    operation: /^GET \/$/,
    deviation: /^body lacks /,
  },
  {
    reason:
      'GitHub says the status in the body of every refusal, also where the described form has none',
    deviation: /^body\.status is not described$/,
  },
  {
    reason: "GitHub's example of a person's permission has no `role_name` on the user",
    operation: /\/collaborators\/\{username\}\/permission$/,
    deviation: /^body\.user lacks role_name$/,
  },
  {
    reason: "GitHub's examples of teams have no `type` and no `archived_at`",
    deviation: /^body[\w.[\]]* lacks (type|archived_at)$/,
  },
  {
    reason: "GitHub's examples of changed files lack these where a commit is new",
    operation: /\/(commits\/\{ref\}|merges)$/,
    deviation: /^body\.files\[\d+\] lacks (contents_url|sha|contents_url, sha)$/,
  },
  {
    reason:
      "GitHub's examples of repositories inside other answers hold these fields of the full form",
    deviation: /\.(template_repository|subscribers_count|network_count) is not described$/,
  },
  {
    reason: 'a fork may be gone, and a label or a text may never have been written',
    deviation:
      /(\.head\.repo must be object|\.labels\[\d+\]\.description must be string|^body\.items\[\d+\]\.body must be string)$/,
  },
  {
    reason: 'why a difference is too large is told as for a refused field',
    operation: /^GET .*\/pulls\/\{pull_number\}$/,
    deviation: /^body\.errors is not described$/,
  },
  {
    reason:
      'why a file is not taken is told in a body that the description leaves out or words otherwise',
    operation: /^(POST .*\/releases\/\{release_id\}\/assets|PUT .*\/contents\/\{path\})$/,
    status: [409, 422],
  },
  {
    reason: 'every 404 has a body, described or not',
    operation: /\/memberships\/\{username\}$/,
    status: [404],
  },
];
