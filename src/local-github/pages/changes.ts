/** Tells open pages, by server-sent events, that what they show has changed. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GitHub } from '#local-github/state.ts';

/** Keeps the answer open until the browser goes away. */
export function streamChanges(
  request: IncomingMessage,
  response: ServerResponse,
  { changes, topics }: { readonly changes: GitHub['changes']; readonly topics: readonly string[] },
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 1000\n\n');
  const tell = (changed: string) => {
    if (topics.some((topic) => covers(topic, changed))) response.write('event: changed\ndata:\n\n');
  };
  changes.on('changed', tell);
  request.on('close', () => changes.off('changed', tell));
}

/** A repository's topic covers everything in it. */
function covers(topic: string, changed: string): boolean {
  return topic === changed || changed.startsWith(`${topic}#`);
}
