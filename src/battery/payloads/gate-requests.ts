/** Hostile requests: bytes that code in an install sends to the package gate, to reach or tell more than its packages. */

/** What must never arrive at the registry. */
export const leak = 'leak-4711';

export interface HostileRequest {
  readonly id: string;
  readonly attack: string;
  /** `$PORT` is the registry's own. */
  readonly bytes: string;
}

function request(line: string, headers = '', body = ''): string {
  return `${line} HTTP/1.1\r\nHost: 127.0.0.1:80\r\nConnection: close\r\n${headers}\r\n${body}`;
}

const smuggled = `GET /${leak} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;

export const hostileRequests: readonly HostileRequest[] = [
  {
    id: 'unlisted',
    attack: 'A package is asked for whose name is what is to be told.',
    bytes: request(`GET /${leak}`),
  },
  {
    id: 'unlisted-version',
    attack: 'A version is asked for that is what is to be told.',
    bytes: request(`GET /left/-/left-1.0.0-${leak}.tgz`),
  },
  {
    id: 'query',
    attack: 'What is to be told stands in the query of a package that is listed.',
    bytes: request(`GET /left/-/left-1.0.0.tgz?${leak}`),
  },
  {
    id: 'query-on-document',
    attack: 'The same on a document.',
    bytes: request(`GET /left?${leak}`),
  },
  {
    id: 'absolute-address',
    attack: 'The gate is used as a proxy by a whole address.',
    bytes: request(`GET http://127.0.0.1:$PORT/${leak}`),
  },
  {
    id: 'address-with-user',
    attack: 'The whole address holds a user, to be taken for the host.',
    bytes: request(`GET http://127.0.0.1:80@127.0.0.1:$PORT/${leak}`),
  },
  {
    id: 'connect',
    attack: 'A tunnel to the registry is asked for.',
    bytes: `CONNECT 127.0.0.1:$PORT HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n${smuggled}`,
  },
  {
    id: 'traversal',
    attack: 'The path climbs out of a package.',
    bytes: request(`GET /left/-/../../${leak}`),
  },
  {
    id: 'encoded-traversal',
    attack: 'The path climbs out in percent signs.',
    bytes: request(`GET /left/%2e%2e/${leak}`),
  },
  {
    id: 'twice-encoded',
    attack: 'The path climbs out in percent signs of percent signs.',
    bytes: request(`GET /left/%252e%252e/${leak}`),
  },
  {
    id: 'encoded-slash',
    attack: 'A scope that is not listed hides its slash.',
    bytes: request(`GET /@x%2f${leak}`),
  },
  {
    id: 'double-slash',
    attack: 'Two slashes begin another host in some servers.',
    bytes: request(`GET //127.0.0.1:$PORT/${leak}`),
  },
  {
    id: 'backslash',
    attack: 'A backslash is a slash in some servers.',
    bytes: request(`GET /left\\..\\${leak}`),
  },
  {
    id: 'publish',
    attack: 'A package is published.',
    bytes: request('PUT /left', 'Content-Length: 9\r\n', leak),
  },
  {
    id: 'post',
    attack: 'Bytes are sent with a request.',
    bytes: request('POST /-/npm/v1/security/audits', 'Content-Length: 9\r\n', leak),
  },
  {
    id: 'body-on-get',
    attack: 'Bytes are sent with a request that has none.',
    bytes: request('GET /left', 'Content-Length: 9\r\n', leak),
  },
  {
    id: 'chunked-body',
    attack: 'Bytes are sent in pieces.',
    bytes: request('GET /left', 'Transfer-Encoding: chunked\r\n', `9\r\n${leak}\r\n0\r\n\r\n`),
  },
  {
    id: 'header',
    attack: 'What is to be told stands in a header.',
    bytes: request('GET /left/-/left-1.0.0.tgz', `User-Agent: ${leak}\r\n`),
  },
  {
    id: 'cookie',
    attack: 'What is to be told stands in a cookie.',
    bytes: request('GET /left/-/left-1.0.0.tgz', `Cookie: a=${leak}\r\n`),
  },
  {
    id: 'authorization',
    attack: 'What is to be told stands in a password.',
    bytes: request('GET /left/-/left-1.0.0.tgz', `Authorization: Basic ${leak}\r\n`),
  },
  {
    id: 'pipelined',
    attack: 'A second request follows the first at once.',
    bytes: `GET /left/-/left-1.0.0.tgz HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n${smuggled}`,
  },
  { id: 'delete', attack: 'A package is removed.', bytes: request(`DELETE /left/-rev/${leak}`) },
  {
    id: 'redirected',
    attack: 'The registry sends the gate on to another address.',
    bytes: request('GET /moved/-/moved-1.0.0.tgz'),
  },
];
