/** Starts the sandbox runner: a process without secrets or network that runs what the broker hands it. */
import { serveRunner } from '#adapters/bubblewrap/serve.ts';

await serveRunner();
