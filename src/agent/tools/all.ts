/** Every tool that a model may call. */
import type { Tool } from '#agent/tool.ts';
import { list } from './list.ts';
import { outline } from './outline.ts';
import { read } from './read.ts';
import { search } from './search.ts';

export const tools: readonly Tool[] = [search, outline, read, list];
