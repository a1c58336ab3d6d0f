/** Recorded model: answers kept in a folder, given again to the very same request; and the model that keeps them. */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '#core/errors.ts';
import type { Model, ModelAnswer, ModelRequest } from '#ports/model.ts';
import { keyOf, parseRecording, printRecording, type Recording } from './recording.ts';

/**
 * Replays the recordings of `folder`, found by the whole normalised request. Its name says that it is a replay.
 * `complete` throws invalid `not-recorded`; reading throws invalid `recording-broken`.
 */
export async function recordedModel(folder: string): Promise<Model> {
  const recordings = await readRecordings(folder);
  const models = new Set(recordings.map(({ answer }) => answer.model));
  const answers = new Map(recordings.map(({ request, answer }) => [keyOf(request), answer]));
  return {
    name: `replay of recorded answers (${[...models].sort().join(', ') || 'none'})`,
    complete: (request, signal) =>
      new Promise((resolve) => {
        signal.throwIfAborted();
        const key = keyOf(request);
        const answer = answers.get(key);
        if (answer === undefined) throw errors.notRecorded(request.task, key.slice(0, 12));
        resolve(answer);
      }),
  };
}

/**
 * Passes requests on to `inner` and keeps each with its answer as `NNN-task-hash.json`. What the folder has already is
 * given from there, so that a replay goes the same way as the run that was recorded.
 */
export function recordingModel(inner: Model, folder: string): Model {
  let kept: Promise<Map<string, ModelAnswer>> | undefined;
  async function read(): Promise<Map<string, ModelAnswer>> {
    await mkdir(folder, { recursive: true });
    const recordings = await readRecordings(folder);
    return new Map(recordings.map(({ request, answer }) => [keyOf(request), answer]));
  }
  return {
    name: inner.name,
    async complete(request, signal) {
      kept ??= read();
      const answers = await kept;
      const key = keyOf(request);
      const earlier = answers.get(key);
      if (earlier !== undefined) return earlier;
      const answer = await inner.complete(request, signal);
      // Counted before the file is written: two requests at once get two numbers.
      answers.set(key, answer);
      await write(folder, fileName(answers.size, request, key), { request, answer });
      return answer;
    },
  };
}

function fileName(number: number, request: ModelRequest, key: string): string {
  const task = request.task.replace(/[^A-Za-z0-9]+/g, '-');
  return `${String(number).padStart(3, '0')}-${task}-${key.slice(0, 12)}.json`;
}

async function readRecordings(folder: string): Promise<Recording[]> {
  const names = await readdir(folder);
  const files = names.filter((name) => name.endsWith('.json')).sort();
  return Promise.all(files.map((name) => readRecording(folder, name)));
}

async function readRecording(folder: string, name: string): Promise<Recording> {
  const text = await readFile(join(folder, name), 'utf8');
  try {
    return parseRecording(text);
  } catch (cause) {
    throw errors.recordingBroken(name, cause);
  }
}

/** Whole or not at all: a recording that ends half-way would stop the next replay. */
async function write(folder: string, name: string, recording: Recording): Promise<void> {
  const part = join(folder, `.${name}.part`);
  await writeFile(part, printRecording(recording));
  await rename(part, join(folder, name));
}
